import { TablesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const tableExists: Handler<"table_exists"> = async ({ catalog, schema, name }, { signal }) => {
  return service(TablesService, signal).exists({ full_name: fullNameInPath(catalog, schema, name) });
};
