import { CatalogsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const getCatalog: Handler<"get_catalog"> = async ({ name }, { signal }) => {
  return service(CatalogsService, signal).get({ name: fullNameInPath(name) });
};
