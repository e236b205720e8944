import { VectorSearchEndpointsService } from "@databricks/sdk-experimental/dist/apis/vectorsearch/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getVectorSearchEndpoint: Handler<"get_vector_search_endpoint"> = async (params, { signal }) => {
  return service(VectorSearchEndpointsService, signal).getEndpoint(params);
};
