import { WarehousesService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import type { EndpointInfo } from "@databricks/sdk-experimental/dist/apis/sql/model.js";
import { isWarehouseAllowed } from "@front-door/policy";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler, OperationContext } from "../handler.ts";

export const listWarehouses: Handler<"list_warehouses"> = async (_params, context) => {
  return { warehouses: await allWarehouses(context) };
};

/** All warehouses that the identity and the policies allow. A workspace has tens of them. */
export async function allWarehouses({
  signal,
  policies,
}: Pick<OperationContext, "signal" | "policies">): Promise<EndpointInfo[]> {
  const warehouses: EndpointInfo[] = [];
  let page_token: string | undefined;
  do {
    const page = await listPage({
      service: service(WarehousesService, signal),
      method: "list",
      entries: "warehouses",
      request: { page_token },
    });
    warehouses.push(...(page.warehouses ?? []).filter(({ id }) => isWarehouseAllowed(policies, id ?? "")));
    page_token = page.next_page_token;
  } while (page_token !== undefined);
  return warehouses;
}
