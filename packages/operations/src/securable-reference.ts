import * as z from "zod";
import { isPathTraversal } from "./path-traversal.ts";
import { securableName } from "./securable-name.ts";
import { type Target, targets } from "./target.ts";

/** Besides {@link securableParams}, for what applies to columns too. */
export const columnParam = {
  column: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => name.isWellFormed(), "must be well-formed Unicode")
    .regex(/^[^\p{Cc}]*$/u, "must not contain control characters")
    .refine((name) => !isPathTraversal(name), 'must not be "." or ".." in any encoding')
    .optional()
    .describe("A column of the table, which is meant in its place."),
};

interface SecurableReference {
  readonly securable_type: string;
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly name: string;
  readonly column?: string | undefined;
}

/** The parameters that name an object of one of these types. {@link refersToSecurable} checks that they fit together. */
export function securableParams<const Type extends string>(types: readonly Type[]) {
  return {
    securable_type: z.enum(types).describe("What it is. A view is a table."),
    catalog: securableName
      .optional()
      .describe("The catalog that it is in. Leave it out for a catalog itself."),
    schema: securableName
      .optional()
      .describe("The schema that it is in. Leave it out for a catalog or a schema itself."),
    name: securableName.describe("Its name, without what it is in."),
  };
}

/** Refuses a reference that lacks a name of what the object is in, or has one too many. */
export function refersToSecurable(
  { securable_type: type, catalog, schema, column }: SecurableReference,
  context: z.core.$RefinementCtx,
): void {
  const given = { catalog, schema };
  for (const part of ["catalog", "schema"] as const) {
    const isNeeded = type !== "catalog" && (part === "catalog" || type !== "schema");
    if (isNeeded === (given[part] !== undefined)) continue;
    const message = isNeeded ? `is required for a ${type}` : `does not apply to a ${type}: set name`;
    context.addIssue({ code: "custom", path: [part], message });
  }
  if (column !== undefined && type !== "table") {
    context.addIssue({ code: "custom", path: ["column"], message: `does not apply to a ${type}` });
  }
}

/** The object itself. */
export const targetOfReference = (params: SecurableReference): Target =>
  targets.securable(params.securable_type)(params);

/** The object, and everything in it. */
export const targetWithContents = (params: SecurableReference): Target =>
  targets.withContents(params.securable_type)(params);
