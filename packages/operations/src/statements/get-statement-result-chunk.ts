import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { readingHints } from "../read-leniently.ts";
import { targets } from "../target.ts";
import { statementId } from "./get-statement.ts";

export const getStatementResultChunk = defineOperation({
  name: "get_statement_result_chunk",
  summary: "Gets one chunk of the result of a statement that succeeded.",
  kind: "query",
  timeoutMs: 60_000,
  errors: ["NOT_FOUND", "RESOURCE_CONFLICT"],
  route: { method: "get", path: "/api/statements/:statement_id/result", tag: "SQL" },
  target: targets.resource("statement"),
  params: z.strictObject({
    statement_id: statementId,
    chunk: z.int().min(0).max(1_000_000).default(0).describe("The number of the chunk, from 0."),
  }),
  result: z
    .object({
      chunk: z.int().nonnegative().describe("The number of this chunk."),
      row_offset: z
        .int()
        .nonnegative()
        .describe("The position of its first row in the whole result, from 0."),
      rows: z
        .array(z.array(z.string().nullable()))
        .describe(
          "The rows, each an array of values by position. Every value is Databricks' own exact text, or null.",
        ),
      row_count: z.int().nonnegative().describe("How many rows are in this chunk."),
      next_chunk: z
        .int()
        .optional()
        .describe("The number of the next chunk. Absent in the last chunk.")
        .register(readingHints, { mayBeLeftOut: false }),
    })
    .meta({ id: "StatementResultChunk" }),
  examples: [
    {
      params: { statement_id: "01ef-2c5d-1f0e-9a54", chunk: 0 },
      result: { chunk: 0, row_offset: 0, rows: [["9007199254740993"]], row_count: 1 },
    },
  ],
});
