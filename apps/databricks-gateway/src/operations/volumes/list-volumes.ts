import type { ListVolumesResponseContent } from "@databricks/sdk-experimental/dist/apis/catalog/model.js";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { getJson } from "../../databricks/get-json.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listVolumes: Handler<"list_volumes"> = async (params, { signal }) => {
  const client = getWorkspaceClient();
  const { catalog, schema, max_results } = params;
  const query = { catalog_name: catalog, schema_name: schema, max_results };
  return listPage(
    params.page_token,
    (page: ListVolumesResponseContent) => page.volumes,
    (paging) => getJson(client, "/api/2.1/unity-catalog/volumes", { ...query, ...paging }, signal),
  );
};
