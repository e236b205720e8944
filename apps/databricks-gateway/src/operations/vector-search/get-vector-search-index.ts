import { VectorSearchIndexesService } from "@databricks/sdk-experimental/dist/apis/vectorsearch/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const getVectorSearchIndex: Handler<"get_vector_search_index"> = async (
  { catalog, schema, name },
  { signal },
) => {
  const index_name = fullNameInPath(catalog, schema, name);
  return service(VectorSearchIndexesService, signal).getIndex({ index_name });
};
