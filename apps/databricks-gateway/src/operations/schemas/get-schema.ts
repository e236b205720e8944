import { SchemasService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const getSchema: Handler<"get_schema"> = async ({ catalog, name }, { signal }) => {
  return service(SchemasService, signal).get({ full_name: fullNameInPath(catalog, name) });
};
