import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { namedParameters } from "../sql/sql-parameters.ts";
import { namespaceParams, sqlText } from "../sql/sql-text.ts";
import { statement } from "./statement.ts";

export const submitStatement = defineOperation({
  name: "submit_statement",
  summary: "Starts one SQL statement that goes on after this request, and gives its id.",
  kind: "mutation",
  idempotent: false,
  timeoutMs: 30_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  params: z.strictObject({
    sql: sqlText,
    params: namedParameters
      .optional()
      .describe("Values for the statement's `:name` markers, each plain or `{ value, type }`."),
    ...namespaceParams,
    row_limit: z
      .int()
      .min(1)
      .max(2_147_483_647)
      .optional()
      .describe("At most this many rows; `truncated` says whether there were more."),
  }),
  result: statement,
  examples: [
    {
      params: { sql: "OPTIMIZE main.default.events" },
      result: { statement_id: "01ef-2c5d-1f0e-9a54", state: "PENDING" },
    },
  ],
});
