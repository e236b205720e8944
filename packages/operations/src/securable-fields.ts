import * as z from "zod";
import { epochMs } from "./epoch-ms.ts";
import { readingHints } from "./read-leniently.ts";

/** The fields of every object of Unity Catalog. */
export const securableFields = {
  comment: z.string().optional().describe("Its comment."),
  owner: z.string().optional().describe("The user, group or service principal that owns it."),
  created_at: epochMs.optional().describe("When it was created, in milliseconds since 1970."),
  created_by: z.string().optional().describe("Who created it."),
  updated_at: epochMs.optional().describe("When it was last changed, in milliseconds since 1970."),
  updated_by: z.string().optional().describe("Who last changed it."),
};

/** The name of an object with those of what it is in. Some replies lack it, and `parts` make it up. */
export function fullName(description: string, ...parts: readonly string[]) {
  return z
    .string()
    .describe(description)
    .register(readingHints, {
      derive: (beside) => {
        const names = parts.map((part) => beside[part]);
        return names.every((name) => typeof name === "string" && name !== "") ? names.join(".") : undefined;
      },
    });
}

/** A part of the full name beside it, by its place. No name has a period in it. */
function partOfFullName(description: string, place: number) {
  return z
    .string()
    .describe(description)
    .register(readingHints, {
      derive: ({ full_name: name }) => (typeof name === "string" && name.split(".")[place]) || undefined,
    });
}

export const catalogName = partOfFullName("The catalog it is in.", 0);

/** The fields of every object in a schema. */
export const schemaObjectFields = {
  catalog_name: catalogName,
  schema_name: partOfFullName("The schema it is in.", 1),
  ...securableFields,
};
