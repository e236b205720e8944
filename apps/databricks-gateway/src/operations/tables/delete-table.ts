import { TablesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const deleteTable: Handler<"delete_table"> = async ({ catalog, schema, name }, { signal }) => {
  await service(TablesService, signal).delete({ full_name: fullNameInPath(catalog, schema, name) });
  return {};
};
