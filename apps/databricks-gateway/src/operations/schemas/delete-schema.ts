import { SchemasService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const deleteSchema: Handler<"delete_schema"> = async ({ catalog, name, force }, { signal }) => {
  await service(SchemasService, signal).delete({ full_name: fullNameInPath(catalog, name), force });
  return {};
};
