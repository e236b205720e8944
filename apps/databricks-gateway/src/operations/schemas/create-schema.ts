import { SchemasService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const createSchema: Handler<"create_schema"> = async ({ catalog, ...fields }, { signal }) => {
  return service(SchemasService, signal).create({ ...withoutUndefined(fields), catalog_name: catalog });
};
