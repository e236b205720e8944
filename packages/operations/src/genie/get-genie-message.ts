import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { exampleAttachmentId, exampleMessage, genieTarget, messageParams } from "./genie-ids.ts";
import { genieMessage } from "./genie-message.ts";

export const getGenieMessage = defineOperation({
  name: "get_genie_message",
  domain: "genie",
  since: "0.1.0",
  summary: "Gets a question to Genie, with its status and, once it is there, the answer.",
  kind: "query",
  reachesAnyData: true,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: {
    method: "get",
    path: "/api/genie/spaces/:space_id/conversations/:conversation_id/messages/:message_id",
  },
  target: genieTarget,
  params: z.strictObject(messageParams),
  result: genieMessage,
  examples: [
    {
      params: exampleMessage,
      result: {
        ...exampleMessage,
        status: "COMPLETED",
        attachments: [
          {
            attachment_id: exampleAttachmentId,
            query: { query: "SELECT count(*) AS trips FROM samples.nyctaxi.trips" },
          },
        ],
      },
    },
  ],
});
