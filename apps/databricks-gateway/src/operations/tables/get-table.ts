import { TablesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";
import { tableView } from "./table-view.ts";

export const getTable: Handler<"get_table"> = async ({ catalog, schema, name }, { signal }) => {
  const full_name = fullNameInPath(catalog, schema, name);
  return tableView(await service(TablesService, signal).get({ full_name }));
};
