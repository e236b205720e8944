import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { whyNotReading } from "../sql/reading-statement.ts";
import { sqlParameters } from "../sql/sql-parameters.ts";
import { namespaceParams, rowLimit, sqlText, statementBytesMax } from "../sql/sql-text.ts";
import { targets } from "../target.ts";
import { onWarehouse } from "../warehouses/warehouse.ts";
import { exampleStatementId, statement } from "./get-statement.ts";

export const submitStatement = defineOperation({
  name: "submit_statement",
  domain: "sql",
  since: "0.1.0",
  summary: "Starts one SQL statement that outlives this request, and returns its id.",
  description:
    "For statements that take longer than a request should. Databricks keeps the statement and its result, so every replica can answer for it, but only to the caller that submitted it. The result can be fetched for an hour, in chunks, up to 100 GiB in all. The gateway reads it from the workspace's cloud storage.",
  kind: "mutation",
  idempotent: ({ sql }) => whyNotReading(sql) === undefined,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: {
    method: "post",
    path: "/api/statements",
    status: 202,
    bodyBytesMax: statementBytesMax,
  },
  target: targets.sql,
  params: z.strictObject({
    sql: sqlText,
    params: sqlParameters,
    ...namespaceParams,
    ...onWarehouse,
    row_limit: rowLimit.describe("The most rows in the result; `truncated` says whether there were more."),
  }),
  result: statement,
  examples: [
    {
      params: { sql: "SELECT pickup_zip, count(*) AS trips FROM samples.nyctaxi.trips GROUP BY pickup_zip" },
      result: { statement_id: exampleStatementId, state: "PENDING" },
    },
  ],
});
