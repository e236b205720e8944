import { ServingEndpointsService } from "@databricks/sdk-experimental/dist/apis/serving/index.js";
import { service } from "../../auth/auth-context.ts";
import { entriesOf } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listServingEndpoints: Handler<"list_serving_endpoints"> = async (_params, { signal }) => {
  // The public method would take whatever has no `endpoints` for an empty list. There is only one page.
  const page = await service(ServingEndpointsService, signal)["_list"]();
  return { endpoints: entriesOf(page, "endpoints") };
};
