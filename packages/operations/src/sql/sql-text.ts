import * as z from "zod";
import { securableName } from "../securable-name.ts";

/** Characters. Databricks takes 16 MiB; what people and programs write is far below, and a request is held in memory. */
const sqlLengthMax = 500_000;

export const sqlText = z
  .string({ error: "is required: the text of one SQL statement" })
  .max(sqlLengthMax, `must be at most ${sqlLengthMax} characters`)
  .refine((text) => text.trim() !== "", "must not be empty")
  .refine((text) => text.isWellFormed(), "must be well-formed Unicode")
  .describe("One SQL statement. Values belong into `params`, never into the text.");

/** The namespace in which a statement's unqualified names are looked up. */
export const namespaceParams = {
  catalog: securableName
    .optional()
    .describe("The catalog of names that name none; without it, the identity's default catalog."),
  schema: securableName
    .optional()
    .describe("The schema of names that name none; without it, the catalog's `default`."),
};
