import { TablesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listTableSummaries: Handler<"list_table_summaries"> = async (params, { signal }) => {
  const { catalog, ...request } = params;
  return listPage({
    service: service(TablesService, signal),
    method: "listSummaries",
    entries: "tables",
    request: { catalog_name: catalog, ...request },
  });
};
