import { VectorSearchIndexesService } from "@databricks/sdk-experimental/dist/apis/vectorsearch/index.js";
import type { QueryVectorIndexRequest } from "@databricks/sdk-experimental/dist/apis/vectorsearch/model.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const queryVectorSearchIndex: Handler<"query_vector_search_index"> = async (
  { catalog, schema, name, endpoint_name, page_token, ...query },
  { signal },
) => {
  const index_name = fullNameInPath(catalog, schema, name);
  const indexes = service(VectorSearchIndexesService, signal);
  const endpoint = endpoint_name === undefined ? {} : { endpoint_name };
  const page =
    page_token === undefined
      ? // JSON leaves out what is undefined, which the SDK's type does not allow for.
        await indexes.queryIndex({ index_name, ...query } as QueryVectorIndexRequest)
      : await indexes.queryNextPage({ index_name, page_token, ...endpoint });
  const { next_page_token, ...lastPage } = page;
  // The token of a last page can be an empty string.
  return next_page_token === "" ? lastPage : page;
};
