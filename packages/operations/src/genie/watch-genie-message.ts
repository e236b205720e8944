import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { errorEnvelope } from "../errors.ts";
import { exampleMessage, genieTarget, messageParams } from "./genie-ids.ts";
import { genieMessage } from "./genie-message.ts";

/** A line of the reply. */
export const genieEvent = z
  .union([
    genieMessage,
    z.object({ complete: z.literal(true).describe("The message before it is how it has ended.") }),
    errorEnvelope,
  ])
  .describe("One line: the message as it has become, and last that this was all.")
  .meta({ id: "GenieEvent" });

export const watchGenieMessage = defineOperation({
  name: "watch_genie_message",
  domain: "genie",
  since: "0.1.0",
  summary: "Follows a question to Genie until it has ended.",
  description: [
    'The reply is `application/x-ndjson`: the message at once and after each change, as `get_genie_message` has it, and a last line `{"complete":true}`, or an error envelope if it fails in between. A reply without either is cut.',
    "Databricks is asked every half a second at first, and every 5 seconds later. Hanging up ends that, and Genie goes on.",
  ].join("\n\n"),
  kind: "query",
  reachesAnyData: true,
  transfer: "events",
  timeoutMs: 300_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: {
    method: "get",
    path: "/api/genie/spaces/:space_id/conversations/:conversation_id/messages/:message_id/events",
  },
  target: genieTarget,
  params: z.strictObject(messageParams),
  result: z
    .object({
      messages: z.array(genieMessage).describe("The message after each change, one in each line."),
      complete: z.literal(true).describe("In the last line: the message has ended."),
    })
    .meta({ id: "GenieMessageEvents" }),
  examples: [
    {
      params: exampleMessage,
      result: {
        messages: [
          { ...exampleMessage, status: "EXECUTING_QUERY" },
          { ...exampleMessage, status: "COMPLETED" },
        ],
        complete: true,
      },
    },
  ],
});
