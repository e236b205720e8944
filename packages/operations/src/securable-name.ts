import * as z from "zod";
import { isPathTraversal } from "./path-traversal.ts";

// Databricks' own words for it: "Valid names cannot contain spaces, periods, forward slashes, or control characters."
const forbidden = /[\s./\p{Cc}]/u;

/**
 * The name of a catalog, schema, table or volume, 1 to 255 characters, in any script. Databricks lower-cases it when
 * the object is made; here it is passed on as it came.
 */
export const securableName = z
  .string()
  .min(1, "must not be empty")
  .max(255, "must be at most 255 characters")
  .refine((name) => !forbidden.test(name) && name.isWellFormed(), {
    message: "must not contain spaces, periods, forward slashes, or control characters",
  })
  .refine((name) => !isPathTraversal(name), { message: 'must not be "." or ".." in any encoding' });

export function isSecurableName(name: string): boolean {
  return securableName.safeParse(name).success;
}
