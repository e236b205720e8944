import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { epochMs } from "../epoch-ms.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { exampleStatementId } from "./get-statement.ts";

const listedStatement = z
  .object({
    statement_id: z.string().describe("The statement's id, as the reply to its submission has it."),
    state: z.string().describe("`PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED` or `CANCELED`."),
    sql: z.string().optional().describe("The text of the statement. Databricks may have cut it off."),
    warehouse_id: z.string().optional().describe("The id of the SQL warehouse that it runs on."),
    started_at: epochMs.optional().describe("When it was submitted, in milliseconds since 1970."),
    ended_at: epochMs.optional().describe("When it ended, in milliseconds since 1970."),
    error: z.string().optional().describe("Why it failed, in Databricks' words."),
  })
  .meta({ id: "ListedStatement" });

export const listStatements = defineOperation({
  name: "list_statements",
  domain: "sql",
  since: "0.1.0",
  summary: "Lists the statements that this caller has submitted in the last 24 hours, the newest first.",
  description:
    "From Databricks' query history, which shows a statement some seconds after its submission. It has the statements of every replica. Databricks knows only the identity that ran a statement, so each one is tagged for its caller when it is submitted (a query tag, in public preview at Databricks), and only those with the tag of this caller are listed: none of another caller, none of a query, and none at all in a workspace that does not keep query tags. A page can be empty and have a `next_page_token`.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/statements" },
  target: targets.nothing,
  params: z.strictObject({ page_token: pageParams.page_token }),
  result: pageOf("StatementPage", {
    statements: z.array(listedStatement).default([]).describe("The statements of this page."),
  }),
  examples: [
    {
      params: {},
      result: {
        statements: [
          {
            statement_id: exampleStatementId,
            state: "RUNNING",
            sql: "OPTIMIZE main.default.events",
            started_at: 1_764_331_200_000,
          },
        ],
      },
    },
  ],
});
