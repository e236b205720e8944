import type { ListCatalogsResponse } from "@databricks/sdk-experimental/dist/apis/catalog/model.js";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { getJson } from "../../databricks/get-json.ts";
import { listPage } from "../../databricks/list-page.ts";
import { isCatalogAllowed } from "../../policy/check-policy.ts";
import type { Handler } from "../handler.ts";

/** Only the catalogs that the policy allows. A page that has none of them counts as an empty one, and is passed over. */
export const listCatalogs: Handler<"list_catalogs"> = async (params, { signal, policy }) => {
  const client = getWorkspaceClient();
  const { page_token, max_results } = params;
  return listPage(
    page_token,
    (page: ListCatalogsResponse) => page.catalogs,
    async (paging) => {
      const path = "/api/2.1/unity-catalog/catalogs";
      const page = await getJson<ListCatalogsResponse>(client, path, { max_results, ...paging }, signal);
      const catalogs = page.catalogs?.filter(({ name }) => isCatalogAllowed(policy, name ?? ""));
      return { ...page, ...(catalogs === undefined ? {} : { catalogs }) };
    },
  );
};
