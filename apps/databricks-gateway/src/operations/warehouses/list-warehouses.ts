import type {
  EndpointInfo,
  ListWarehousesResponse,
} from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import { getJson } from "../../databricks/get-json.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

/** All of them: a workspace has tens. */
export const listWarehouses: Handler<"list_warehouses"> = async (_params, { signal }) => {
  const client = getWorkspaceClient();
  const warehouses: EndpointInfo[] = [];
  let token: string | undefined;
  do {
    const page: ListWarehousesResponse = await listPage(
      token,
      (reply: ListWarehousesResponse) => reply.warehouses,
      (paging) => getJson(client, "/api/2.0/sql/warehouses", paging, signal),
    );
    warehouses.push(...(page.warehouses ?? []));
    token = page.next_page_token;
  } while (token !== undefined);
  return { warehouses };
};
