import * as z from "zod";
import { queryColumn } from "../sql/query-column.ts";

/** Databricks' ids are UUIDs; nothing else gets into the path of a request. */
export const statementId = z
  .string()
  .regex(/^[0-9A-Za-z-]{1,64}$/, "must be a statement's id")
  .describe("The statement's id.");

export const statement = z
  .object({
    statement_id: z.string().describe("The statement's id, good for any replica."),
    state: z
      .string()
      .describe(
        "`PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED`, `CANCELED`, or `CLOSED` once its result is gone.",
      ),
    error: z
      .object({
        message: z.string().describe("What went wrong, in Databricks' words."),
        error_code: z.string().optional().describe("Databricks' code of it."),
        error_class: z.string().optional().describe("The error class, like `TABLE_OR_VIEW_NOT_FOUND`."),
        sql_state: z.string().optional().describe("The SQLSTATE, like `42P01`."),
      })
      .optional()
      .describe("Why it failed; only when `state` is `FAILED`."),
    columns: z.array(queryColumn).optional().describe("The result's columns, once it succeeded."),
    row_count: z.int().nonnegative().optional().describe("Rows in the whole result."),
    chunk_count: z
      .int()
      .nonnegative()
      .optional()
      .describe("Chunks in which the result can be fetched, from 0."),
    truncated: z.boolean().optional().describe("Whether the row limit left some rows out."),
  })
  .meta({ id: "Statement" });

export const statementExample = {
  statement_id: "01ef-2c5d-1f0e-9a54",
  state: "SUCCEEDED",
  columns: [{ name: "id", type: "BIGINT", type_text: "BIGINT", nullable: true, position: 0 }],
  row_count: 1,
  chunk_count: 1,
  truncated: false,
};
