import { CatalogsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const updateCatalog: Handler<"update_catalog"> = async ({ name, ...change }, { signal }) => {
  const request = { ...withoutUndefined(change), name: fullNameInPath(name) };
  return service(CatalogsService, signal).update(request);
};
