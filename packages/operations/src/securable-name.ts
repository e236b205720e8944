import * as z from "zod";
import { isPathTraversal } from "./path-traversal.ts";

// In Databricks' own words: "Valid names cannot contain spaces, periods, forward slashes, or control characters."
const forbidden = /[\s./\p{Cc}]/u;

/** The name of an object of Unity Catalog: 1 to 255 characters, in any script. Databricks lower-cases it on creation. */
export const securableName = z
  .string()
  .min(1, "must not be empty")
  // Nothing else looks at a longer text: that would take a while.
  .max(255, { error: "must be at most 255 characters", abort: true })
  .refine((name) => !forbidden.test(name) && name.isWellFormed(), {
    message: "must not contain spaces, periods, forward slashes, or control characters",
  })
  .refine((name) => !isPathTraversal(name), { message: 'must not be "." or ".." in any encoding' });

/** The parameters that name a schema. */
export const schemaParams = {
  catalog: securableName.describe("The catalog's name."),
  schema: securableName.describe("The schema's name, without the catalog."),
};
