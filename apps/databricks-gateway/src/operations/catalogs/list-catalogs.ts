import type { ListCatalogsResponse } from "@databricks/sdk-experimental/dist/apis/catalog/model.js";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { getJson } from "../../databricks/get-json.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listCatalogs: Handler<"list_catalogs"> = async ({ page_token, max_results }, { signal }) => {
  const client = getWorkspaceClient();
  return listPage(
    page_token,
    (page: ListCatalogsResponse) => page.catalogs,
    (paging) => getJson(client, "/api/2.1/unity-catalog/catalogs", { max_results, ...paging }, signal),
  );
};
