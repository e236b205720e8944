import { CatalogsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const createCatalog: Handler<"create_catalog"> = async (params, { signal }) => {
  return service(CatalogsService, signal).create(withoutUndefined(params));
};
