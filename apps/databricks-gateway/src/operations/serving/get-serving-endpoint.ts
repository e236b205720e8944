import { ServingEndpointsService } from "@databricks/sdk-experimental/dist/apis/serving/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getServingEndpoint: Handler<"get_serving_endpoint"> = async (
  { endpoint_name: name },
  { signal },
) => {
  return service(ServingEndpointsService, signal).get({ name });
};
