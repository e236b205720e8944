import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { epochMs } from "../epoch-ms.ts";
import { openEnum } from "../open-enum.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { warehouseId } from "../warehouses/warehouse.ts";

const statuses = ["QUEUED", "RUNNING", "CANCELED", "FAILED", "FINISHED"] as const;

const executedQuery = z
  .object({
    query_id: z.string().describe("Databricks' id of the statement."),
    status: openEnum(
      "QueryStatus",
      [...statuses, "STARTED", "COMPILING", "COMPILED"],
      "How far the statement is.",
    ).optional(),
    query_text: z.string().optional().describe("The text of the statement. Databricks may have cut it off."),
    statement_type: z.string().optional().describe("`SELECT`, `INSERT`, `MERGE`, …"),
    user_name: z.string().optional().describe("Who ran it."),
    executed_as_user_name: z.string().optional().describe("With whose credentials it ran."),
    warehouse_id: z.string().optional().describe("The id of the SQL warehouse that it ran on."),
    query_start_time_ms: epochMs.optional().describe("When it began, in milliseconds since 1970."),
    query_end_time_ms: epochMs.optional().describe("When it ended, in milliseconds since 1970."),
    duration: epochMs.optional().describe("Milliseconds that it took, without the fetching of its result."),
    rows_produced: epochMs.optional().describe("How many rows its result has."),
    error_message: z.string().optional().describe("Why it failed, in Databricks' words."),
    query_tags: z
      .array(
        z
          .object({
            key: z.string().describe("The name of the tag."),
            value: z.string().optional().describe("Its value. A tag can have none."),
          })
          .meta({ id: "QueryTag" }),
      )
      .optional()
      .describe(
        "The tags that it was sent with. `front_door_request_id` is the id of the request at the front door, as in its logs.",
      ),
    client_application: z.string().optional().describe("The program that ran it."),
  })
  .meta({ id: "ExecutedQuery" });

export const listQueryHistory = defineOperation({
  name: "list_query_history",
  domain: "sql",
  since: "0.1.0",
  summary: "Lists the statements that ran on SQL warehouses, the newest first.",
  description:
    "What the identity may see: its own statements, and those of others on warehouses that it may monitor. Where callers share the gateway's identity, that includes the statements of other callers; `list_statements` lists only the caller's own. Databricks shows a statement some seconds after it began.",
  kind: "query",
  errors: [],
  reachesAnyData: true,
  route: { method: "get", path: "/api/query-history" },
  target: targets.nothing,
  params: z.strictObject({
    warehouse_id: warehouseId.optional().describe("Only statements on this SQL warehouse. Default: on all."),
    status: z.enum(statuses).optional().describe("Only statements with this status. Default: with any."),
    query_id: z
      .string()
      .regex(/^[0-9A-Za-z-]{1,64}$/, "must be the id of a statement at Databricks")
      .optional()
      .describe("Only the statement with this `query_id`."),
    user_id: z
      .string()
      .regex(/^\d{1,19}$/, "must be the id of a user, a number")
      .optional()
      .describe("Only the statements of the user with this id."),
    start_time_ms: z
      .int()
      .min(0)
      .optional()
      .describe("Only statements that began then or later, in milliseconds since 1970."),
    end_time_ms: z
      .int()
      .min(0)
      .optional()
      .describe("Only statements that began then or earlier. At most 30 days after `start_time_ms`."),
    page_token: pageParams.page_token,
    max_results: z
      .int()
      .min(1)
      .max(999)
      .optional()
      .describe("The most entries in the page, 1 to 999. Default: 100."),
  }),
  result: pageOf("QueryHistoryPage", {
    queries: z.array(executedQuery).default([]).describe("The statements of this page."),
  }),
  examples: [
    {
      params: { status: "FAILED", max_results: 20 },
      result: {
        queries: [
          {
            query_id: "01f0a5b2-9c11-1e3a-8a53-3f4f7d1c2b6e",
            status: "FAILED",
            query_text: "SELECT * FROM main.sales.orderz",
            user_name: "alice@example.com",
            query_tags: [{ key: "front_door_request_id", value: "4c1f5a0e-6f0b-4a7e-9f5e-3c2a2a4b8a11" }],
          },
        ],
      },
    },
  ],
});
