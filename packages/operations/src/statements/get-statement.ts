import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { settledEnum } from "../open-enum.ts";
import { readingHints } from "../read-leniently.ts";
import { queryColumn } from "../sql/query-column.ts";
import { targets } from "../target.ts";

/** Databricks' id, a UUID, and a signature. Nothing else is let into the path of a request. */
export const statementId = z
  .string()
  .regex(
    /^[0-9A-Za-z-]{1,64}(\.[\w-]{1,64})?$/,
    "must be the id of a statement, as the reply to its submission has it",
  )
  .describe("The statement's id, from the reply to its submission.");

export const exampleStatementId =
  "01ef2c5d-1f0e-1a54-8b2c-7d3f5a9e6c10.Zf3tW0oN5yVqk1uJ8mXcR2bLhE7sTgD4iPaQnU6vK9Y";

export const statement = z
  .object({
    statement_id: z
      .string()
      .describe(
        "The statement's id: Databricks' own, signed for this caller. It is valid at every replica, and for no other caller.",
      ),
    state: settledEnum(
      "StatementState",
      ["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "CLOSED"],
      "How far it is. `CLOSED`: its result is gone.",
    ),
    error: z
      .object({
        message: z.string().describe("What went wrong, in Databricks' words."),
        error_code: z.string().optional().describe("Databricks' code for it."),
        error_class: z.string().optional().describe("The error class, like `TABLE_OR_VIEW_NOT_FOUND`."),
        sql_state: z.string().optional().describe("The SQLSTATE, like `42P01`."),
      })
      .optional()
      .describe("Why it failed. Only if `state` is `FAILED`."),
    columns: z
      .array(queryColumn)
      .optional()
      .describe("The result's columns, once the statement has succeeded."),
    row_count: z.int().nonnegative().optional().describe("Rows in the whole result."),
    chunk_count: z
      .int()
      .nonnegative()
      .optional()
      .describe("The number of chunks of the result, which are numbered from 0.")
      .register(readingHints, { mayBeLeftOut: false }),
    truncated: z
      .boolean()
      .optional()
      .describe("Whether the row limit left out some rows.")
      .register(readingHints, { mayBeLeftOut: false }),
  })
  .meta({ id: "Statement" });

const statementExample = {
  statement_id: exampleStatementId,
  state: "SUCCEEDED",
  columns: [{ name: "id", type: "BIGINT", type_text: "BIGINT", nullable: true, position: 0 }],
  row_count: 1,
  chunk_count: 1,
  truncated: false,
};

export const getStatement = defineOperation({
  name: "get_statement",
  domain: "sql",
  since: "0.1.0",
  summary: "Gets the state of a statement of this caller, and its columns once it has succeeded.",
  kind: "query",
  errors: ["NOT_FOUND"],
  route: { method: "get", path: "/api/statements/:statement_id" },
  target: targets.resource("statement"),
  params: z.strictObject({ statement_id: statementId }),
  result: statement,
  examples: [{ params: { statement_id: exampleStatementId }, result: statementExample }],
});
