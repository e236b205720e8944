import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getGenieMessage: Handler<"get_genie_message"> = async (params, { signal, conversationIds }) => {
  const conversation_id = conversationIds.open(params.conversation_id);
  const message = await service(GenieService, signal).getMessage({ ...params, conversation_id });
  return { ...message, conversation_id: params.conversation_id };
};
