import * as z from "zod";
import { securableName } from "../securable-name.ts";

/** Characters. Databricks accepts 16 MiB, but a request is held in memory. */
const sqlLengthMax = 500_000;
/** A JSON body with a statement. With the credentials it must fit into the gateway's 1 MiB. */
export const statementBytesMax = 960 * 1024;

export const sqlText = z
  .string()
  .max(sqlLengthMax, { error: `must be at most ${sqlLengthMax} characters`, abort: true })
  .refine((text) => text.trim() !== "", "must not be empty")
  .refine((text) => text.isWellFormed(), "must be well-formed Unicode")
  .describe("One SQL statement. Put values into `params`, never into the text.");

/** The namespace in which a statement's unqualified names are looked up. */
export const namespaceParams = {
  catalog: securableName
    .optional()
    .describe("The catalog of names without a catalog. Default: the identity's own default catalog."),
  schema: securableName
    .optional()
    .describe("The schema of names without a schema. Default: the catalog's `default`."),
};

export const rowLimit = z.int().min(1).max(2_147_483_647).optional();
