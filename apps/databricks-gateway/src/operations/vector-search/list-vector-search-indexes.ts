import { VectorSearchIndexesService } from "@databricks/sdk-experimental/dist/apis/vectorsearch/index.js";
import { isCatalogAllowed } from "@front-door/policy";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listVectorSearchIndexes: Handler<"list_vector_search_indexes"> = async (
  params,
  { signal, policies },
) => {
  return listPage({
    service: service(VectorSearchIndexesService, signal),
    method: "listIndexes",
    entries: "vector_indexes",
    request: params,
    keep: ({ name }) => isCatalogAllowed(policies, name?.split(".", 1)[0] ?? ""),
  });
};
