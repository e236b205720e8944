import { WarehousesService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import type { EndpointInfo } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listWarehouses: Handler<"list_warehouses"> = async (_params, { signal }) => {
  return { warehouses: await allWarehouses(signal) };
};

/** All warehouses that the identity may use. A workspace has tens of them. */
export async function allWarehouses(signal: AbortSignal): Promise<EndpointInfo[]> {
  const warehouses: EndpointInfo[] = [];
  let page_token: string | undefined;
  do {
    const page = await listPage({
      service: service(WarehousesService, signal),
      method: "list",
      entries: "warehouses",
      request: { page_token },
    });
    warehouses.push(...(page.warehouses ?? []));
    page_token = page.next_page_token;
  } while (page_token !== undefined);
  return warehouses;
}
