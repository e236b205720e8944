import { SchemasService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const updateSchema: Handler<"update_schema"> = async ({ catalog, name, ...change }, { signal }) => {
  const request = { ...withoutUndefined(change), full_name: fullNameInPath(catalog, name) };
  return service(SchemasService, signal).update(request);
};
