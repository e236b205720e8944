import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { checkSpaceWarehouse } from "./check-space-warehouse.ts";

export const createGenieMessage: Handler<"create_genie_message"> = async (params, context) => {
  const conversation_id = context.conversationIds.open(params.conversation_id);
  await checkSpaceWarehouse(params.space_id, context);
  const message = await service(GenieService, context.signal).createMessage({ ...params, conversation_id });
  return { ...message, conversation_id: params.conversation_id };
};
