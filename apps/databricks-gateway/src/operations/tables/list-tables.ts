import { TablesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listTables: Handler<"list_tables"> = async ({ catalog, schema, ...page }, { signal }) => {
  return listPage({
    service: service(TablesService, signal),
    method: "list",
    entries: "tables",
    request: { catalog_name: catalog, schema_name: schema, ...page },
  });
};
