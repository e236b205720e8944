import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { queryColumn } from "../sql/query-column.ts";
import { attachmentParams, exampleAttachmentId, exampleMessage, genieTarget } from "./genie-ids.ts";

export const getGenieQueryResult = defineOperation({
  name: "get_genie_query_result",
  domain: "genie",
  since: "0.1.0",
  summary: "Gets the rows of a query with which Genie answered.",
  description: "Databricks returns at most 5,000 rows, and keeps them for a while.",
  kind: "query",
  reachesAnyData: true,
  errors: ["RESOURCE_DOES_NOT_EXIST", "RESOURCE_CONFLICT"],
  route: {
    method: "get",
    path: "/api/genie/spaces/:space_id/conversations/:conversation_id/messages/:message_id/attachments/:attachment_id/query-result",
  },
  target: genieTarget,
  params: z.strictObject(attachmentParams),
  result: z
    .object({
      columns: z.array(queryColumn).describe("The columns, in the order of the values in each row."),
      rows: z
        .array(z.array(z.string().nullable()))
        .describe("The rows, each an array of values by position: text as Databricks writes it, or null."),
      row_count: z.int().nonnegative().describe("How many rows this is."),
      truncated: z.boolean().describe("Whether the query found more rows than these."),
    })
    .meta({ id: "GenieQueryResult" }),
  examples: [
    {
      params: { ...exampleMessage, attachment_id: exampleAttachmentId },
      result: {
        columns: [{ name: "trips", type: "BIGINT", type_text: "BIGINT", nullable: true, position: 0 }],
        rows: [["40000"]],
        row_count: 1,
        truncated: false,
      },
    },
  ],
});
