import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { readingHints } from "../read-leniently.ts";
import { queryColumn } from "../sql/query-column.ts";
import { numbersAsStrings, resultFormat } from "../sql/result-format.ts";
import { targets } from "../target.ts";
import { exampleStatementId, statementId } from "./get-statement.ts";

export const getStatementResult = defineOperation({
  name: "get_statement_result",
  domain: "sql",
  since: "0.1.0",
  summary: "Gets the result of a statement that succeeded.",
  kind: "query",
  transfer: "stream",
  timeoutMs: 60_000,
  errors: ["NOT_FOUND", "RESOURCE_CONFLICT", "ROW_TOO_LARGE"],
  route: { method: "get", path: "/api/statements/:statement_id/result" },
  target: targets.resource("statement"),
  params: z.strictObject({
    statement_id: statementId,
    chunk: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(0)
      .describe(
        "The number of a chunk, from 0. A JSON document has this one chunk; NDJSON and Arrow begin with it and go on to the last one.",
      ),
    numbers_as_strings: numbersAsStrings,
    format: resultFormat,
  }),
  result: z
    .object({
      columns: z.array(queryColumn).describe("The columns, in the order of the values in each row."),
      rows: z
        .array(z.array(z.unknown()))
        .describe(
          "The rows of this chunk, each an array of values by position, written as those of a query.",
        ),
      row_count: z.int().nonnegative().describe("How many rows this is."),
      truncated: z.boolean().describe("Whether the row limit left some rows out of the whole result."),
      chunk: z.int().nonnegative().describe("The number of this chunk."),
      row_offset: z
        .int()
        .nonnegative()
        .describe("The position of its first row in the whole result, from 0."),
      next_chunk: z
        .int()
        .optional()
        .describe("The number of the next chunk. Absent in the last chunk.")
        .register(readingHints, { mayBeLeftOut: false }),
    })
    .meta({ id: "StatementResult" }),
  examples: [
    {
      params: { statement_id: exampleStatementId, chunk: 0 },
      result: {
        columns: [{ name: "id", type: "BIGINT", type_text: "BIGINT", nullable: true, position: 0 }],
        rows: [["9007199254740993"], [1]],
        row_count: 2,
        truncated: false,
        chunk: 0,
        row_offset: 0,
      },
    },
  ],
});
