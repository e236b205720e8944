import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { conversationParams, exampleMessage, genieTarget, question } from "./genie-ids.ts";
import { genieMessage } from "./genie-message.ts";

const { message_id: _, ...exampleConversation } = exampleMessage;

export const createGenieMessage = defineOperation({
  name: "create_genie_message",
  domain: "genie",
  since: "0.1.0",
  summary: "Asks another question in a conversation with Genie, and returns before it is answered.",
  description:
    "Genie knows the messages before it. Get the message until its status says that it has ended, or watch its events.",
  kind: "mutation",
  reachesAnyData: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: {
    method: "post",
    path: "/api/genie/spaces/:space_id/conversations/:conversation_id/messages",
    status: 202,
  },
  target: genieTarget,
  params: z.strictObject({ ...conversationParams, content: question }),
  result: genieMessage,
  examples: [
    {
      params: { ...exampleConversation, content: "What was the longest trip?" },
      result: { ...exampleMessage, content: "What was the longest trip?", status: "SUBMITTED" },
    },
  ],
});
