import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getGenieMessage: Handler<"get_genie_message"> = async (params, { signal }) => {
  return service(GenieService, signal).getMessage(params);
};
