import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getGenieSpace: Handler<"get_genie_space"> = async ({ space_id }, { signal }) => {
  return service(GenieService, signal).getSpace({ space_id });
};
