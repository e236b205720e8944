import { SchemasService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listSchemas: Handler<"list_schemas"> = async ({ catalog, ...page }, { signal }) => {
  return listPage({
    service: service(SchemasService, signal),
    method: "list",
    entries: "schemas",
    request: { catalog_name: catalog, ...page },
  });
};
