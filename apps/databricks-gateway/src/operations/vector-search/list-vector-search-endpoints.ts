import { VectorSearchEndpointsService } from "@databricks/sdk-experimental/dist/apis/vectorsearch/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listVectorSearchEndpoints: Handler<"list_vector_search_endpoints"> = async (
  page,
  { signal },
) => {
  return listPage({
    service: service(VectorSearchEndpointsService, signal),
    method: "listEndpoints",
    entries: "endpoints",
    request: page,
  });
};
