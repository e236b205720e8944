import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { checkSpaceWarehouse } from "./check-space-warehouse.ts";

export const startGenieConversation: Handler<"start_genie_conversation"> = async (params, context) => {
  await checkSpaceWarehouse(params.space_id, context);
  // The SDK's waiter is left alone: it goes on after CANCELLED (docs/sdk-transport.md, SDK 17).
  const {
    conversation_id: id,
    message_id,
    message,
  } = await service(GenieService, context.signal).startConversation(params);
  const conversation_id = id && context.conversationIds.sign(id);
  return { conversation_id, message_id, message: message && { ...message, conversation_id } };
};
