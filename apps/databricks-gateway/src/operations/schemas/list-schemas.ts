import type { ListSchemasResponse } from "@databricks/sdk-experimental/dist/apis/catalog/model.js";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { getJson } from "../../databricks/get-json.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listSchemas: Handler<"list_schemas"> = async (params, { signal }) => {
  const client = getWorkspaceClient();
  const query = { catalog_name: params.catalog, max_results: params.max_results };
  return listPage(
    params.page_token,
    (page: ListSchemasResponse) => page.schemas,
    (paging) => getJson(client, "/api/2.1/unity-catalog/schemas", { ...query, ...paging }, signal),
  );
};
