import { TablesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { tableView } from "./table-view.ts";

export const listTables: Handler<"list_tables"> = async ({ catalog, schema, ...page }, { signal }) => {
  const { tables = [], ...rest } = await listPage({
    service: service(TablesService, signal),
    method: "list",
    entries: "tables",
    request: { catalog_name: catalog, schema_name: schema, ...page },
  });
  return { ...rest, tables: tables.map(tableView) };
};
