import * as z from "zod";
import { epochMs } from "../epoch-ms.ts";
import { openEnum } from "../open-enum.ts";

const query = z
  .object({
    title: z.string().optional().describe("The query's title."),
    description: z.string().optional().describe("What the query does, in plain words."),
    query: z.string().optional().describe("The SQL that Genie wrote."),
    query_result_metadata: z
      .object({
        row_count: z.int().optional().describe("How many rows the result has."),
        is_truncated: z.boolean().optional().describe("Whether Genie left some rows out."),
      })
      .meta({ id: "GenieResultMetadata" })
      .optional()
      .describe("How large its result is."),
  })
  .meta({ id: "GenieQuery" });

const attachment = z
  .object({
    attachment_id: z.string().optional().describe("The attachment's id, by which to get its rows."),
    text: z
      .object({ content: z.string().optional().describe("The text, in Markdown.") })
      .meta({ id: "GenieText" })
      .optional()
      .describe("An answer in words, or a question back."),
    query: query.optional().describe("A query that answers the question."),
    suggested_questions: z
      .object({ questions: z.array(z.string()).optional().describe("The questions.") })
      .meta({ id: "GenieSuggestedQuestions" })
      .optional()
      .describe("What to ask next."),
  })
  .meta({ id: "GenieAttachment" });

const statuses = [
  "SUBMITTED",
  "FILTERING_CONTEXT",
  "FETCHING_METADATA",
  "ASKING_AI",
  "PENDING_WAREHOUSE",
  "EXECUTING_QUERY",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "QUERY_RESULT_EXPIRED",
] as const;

const finalStatuses: ReadonlySet<unknown> = new Set<(typeof statuses)[number]>([
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "QUERY_RESULT_EXPIRED",
]);

/** Whether Genie will not change its answer any more. */
export function isAnswerFinal({ status }: { readonly status?: unknown }): boolean {
  return finalStatuses.has(status);
}

export const genieMessage = z
  .object({
    space_id: z.string().describe("The id of the space."),
    conversation_id: z.string().describe("The id of the conversation."),
    message_id: z.string().describe("The message's id."),
    content: z.string().optional().describe("The question."),
    status: openEnum(
      "GenieMessageStatus",
      statuses,
      "How far the answer is. It ends with `COMPLETED`, `FAILED`, `CANCELLED` or `QUERY_RESULT_EXPIRED`.",
    ),
    attachments: z.array(attachment).optional().describe("The answer: texts and queries."),
    error: z
      .object({
        error: z.string().optional().describe("What went wrong, in Databricks' words."),
        type: z.string().optional().describe("Databricks' name for it."),
      })
      .meta({ id: "GenieMessageError" })
      .optional()
      .describe("Why it failed."),
    created_timestamp: epochMs.optional().describe("When it was asked, in milliseconds since 1970."),
    last_updated_timestamp: epochMs.optional().describe("When it last changed, in milliseconds since 1970."),
  })
  .meta({ id: "GenieMessage" });
