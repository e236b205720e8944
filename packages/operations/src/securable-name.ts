import * as z from "zod";
import { isPathTraversal } from "./path-traversal.ts";

// In Databricks' own words: "Valid names cannot contain spaces, periods, forward slashes, or control characters."
// Spelled out, because \s and \p are not the same in every language that reads the API document.
const forbidden =
  "\\u0000-\\u0020\\u007f-\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff./";
export const namePattern = `[^${forbidden}]+`;
const partPattern = `(?:\`(?:[^\`${forbidden}]|\`\`){1,255}\`|[^\`${forbidden}]{1,255})`;
/** What `parseCatalogSchema` reads, for the API document. */
export const catalogSchemaPattern = `^${partPattern}\\.${partPattern}$`;

function isFullName(text: string): boolean {
  const parts = text.split(".");
  return parts.length <= 3 && parts.every((part) => new RegExp(`^${namePattern}$`).test(part));
}

/** The name of an object of Unity Catalog: 1 to 255 characters, in any script. Databricks lower-cases it on creation. */
export const securableName = z
  .string()
  .min(1, "must not be empty")
  // Nothing else looks at a longer text: that would take a while.
  .max(255, { error: "must be at most 255 characters", abort: true })
  .regex(new RegExp(`^[^${forbidden}]*$`), {
    error: ({ input }) =>
      isFullName(String(input))
        ? "must be one part of the name: each part of catalog.schema.name has a parameter of its own"
        : "must not contain spaces, periods, forward slashes, or control characters",
  })
  .refine((name) => name.isWellFormed(), "must be well-formed Unicode")
  .refine((name) => !isPathTraversal(name), { message: 'must not be "." or ".." in any encoding' });

/** The parameters that name a schema. */
export const schemaParams = {
  catalog: securableName.describe("The catalog's name."),
  schema: securableName.describe("The schema's name, without the catalog."),
};
