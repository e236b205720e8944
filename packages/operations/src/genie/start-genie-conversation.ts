import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { exampleMessage, exampleSpaceId, genieTarget, question, spaceParams } from "./genie-ids.ts";
import { genieMessage } from "./genie-message.ts";

export const startGenieConversation = defineOperation({
  name: "start_genie_conversation",
  domain: "genie",
  since: "0.1.0",
  summary: "Asks a Genie space a first question, and returns before it is answered.",
  description:
    "Genie writes SQL and runs it as the identity, on the space's warehouse, which takes seconds to minutes. Get the message until its status says that it has ended, or watch its events.",
  kind: "mutation",
  reachesAnyData: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "post", path: "/api/genie/spaces/:space_id/start-conversation", status: 202 },
  target: genieTarget,
  params: z.strictObject({ ...spaceParams, content: question }),
  result: z
    .object({
      conversation_id: z
        .string()
        .describe(
          "The new conversation's id: Databricks' own, signed for this caller. It is valid at every replica, and for no other caller.",
        ),
      message_id: z.string().describe("The id of the question's message."),
      message: genieMessage.optional().describe("The message, as it is now."),
    })
    .meta({ id: "StartedGenieConversation" }),
  examples: [
    {
      params: { space_id: exampleSpaceId, content: "How many trips are there?" },
      result: {
        conversation_id: exampleMessage.conversation_id,
        message_id: exampleMessage.message_id,
        message: { ...exampleMessage, content: "How many trips are there?", status: "SUBMITTED" },
      },
    },
  ],
});
