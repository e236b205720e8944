import type { ListVolumesResponseContent } from "@databricks/sdk-experimental/dist/apis/catalog/model.js";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { getJson } from "../../databricks/get-json.ts";
import { listPage } from "../../databricks/list-page.ts";
import { isVolumeListed } from "../../policy/check-policy.ts";
import type { Handler } from "../handler.ts";

/** Only the volumes that the policy allows something in. */
export const listVolumes: Handler<"list_volumes"> = async (params, { signal, policy }) => {
  const client = getWorkspaceClient();
  const { catalog, schema, max_results } = params;
  const query = { catalog_name: catalog, schema_name: schema, max_results };
  return listPage(
    params.page_token,
    (page: ListVolumesResponseContent) => page.volumes,
    async (paging) => {
      const path = "/api/2.1/unity-catalog/volumes";
      const page = await getJson<ListVolumesResponseContent>(client, path, { ...query, ...paging }, signal);
      const volumes = page.volumes?.filter(({ name }) => isVolumeListed(policy, catalog, schema, name ?? ""));
      return { ...page, ...(volumes === undefined ? {} : { volumes }) };
    },
  );
};
