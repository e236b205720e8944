import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { onWarehouse } from "../warehouses/warehouse.ts";
import { queryResult } from "./query-result.ts";
import { whyNotReading } from "./reading-statement.ts";
import { numbersAsStrings, resultFormat } from "./result-format.ts";
import { sqlParameters } from "./sql-parameters.ts";
import { namespaceParams, rowLimit, sqlText, statementBytesMax } from "./sql-text.ts";

const timeoutMsMax = 300_000;
export const jsonRowLimitDefault = 10_000;

/**
 * Runs a statement on the warehouse and streams its result. A failure before the first row is an error reply. After it,
 * NDJSON ends with the error envelope as its last line, and JSON and Arrow end with a broken connection.
 */
export const executeQuery = defineOperation({
  name: "execute_query",
  domain: "sql",
  since: "0.1.0",
  summary: "Runs one SQL statement and returns its columns and rows, complete and exact.",
  description: `A JSON document has at most ${jsonRowLimitDefault} rows, unless \`row_limit\` says otherwise. Hanging up cancels the statement.`,
  kind: "mutation",
  idempotent: ({ sql }) => whyNotReading(sql) === undefined,
  transfer: "stream",
  timeoutMs: 60_000,
  errors: ["STATEMENT_FAILED", "ROW_TOO_LARGE", "RESOURCE_DOES_NOT_EXIST", "WAREHOUSE_STARTING"],
  route: { method: "post", path: "/api/query", bodyBytesMax: statementBytesMax },
  target: targets.sql,
  params: z.strictObject({
    sql: sqlText,
    params: sqlParameters,
    ...namespaceParams,
    ...onWarehouse,
    row_limit: rowLimit.describe(
      `The most rows to return; \`truncated\` says whether there were more. Default: ${jsonRowLimitDefault} in a JSON document, all of them in a stream.`,
    ),
    timeout_ms: z
      .int()
      .min(1_000)
      .max(timeoutMsMax)
      .optional()
      .describe(
        "Milliseconds to wait for the first rows, and for more rows after each pause, before the statement is cancelled. Default: 60,000. For a longer statement, submit it.",
      ),
    numbers_as_strings: numbersAsStrings,
    format: resultFormat,
  }),
  result: queryResult,
  examples: [
    {
      params: {
        sql: "SELECT pickup_zip, fare_amount FROM trips WHERE fare_amount > :fare ORDER BY fare_amount",
        params: { fare: 20 },
        catalog: "samples",
        schema: "nyctaxi",
        row_limit: 2,
      },
      result: {
        columns: [
          { name: "pickup_zip", type: "INT", type_text: "INT", nullable: true, position: 0 },
          { name: "fare_amount", type: "DOUBLE", type_text: "DOUBLE", nullable: true, position: 1 },
        ],
        rows: [
          [11371, 20.1],
          [10036, 20.1],
        ],
        row_count: 2,
        truncated: true,
      },
    },
  ],
});
