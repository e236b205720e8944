import { CatalogsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const deleteCatalog: Handler<"delete_catalog"> = async ({ name, force }, { signal }) => {
  await service(CatalogsService, signal).delete({ name: fullNameInPath(name), force });
  return {};
};
