import type {
  EndpointInfo,
  ListWarehousesResponse,
} from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import type { WorkspaceClient } from "../../auth/workspace-client.ts";
import { getJson } from "../../databricks/get-json.ts";
import { listPage } from "../../databricks/list-page.ts";

/** All that the identity may use: a workspace has tens. */
export async function allWarehouses(client: WorkspaceClient, signal: AbortSignal): Promise<EndpointInfo[]> {
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
  return warehouses;
}
