import { VolumesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const createVolume: Handler<"create_volume"> = async (params, { signal }) => {
  const { catalog, schema, name, comment } = params;
  return service(VolumesService, signal).create({
    catalog_name: catalog,
    schema_name: schema,
    name,
    volume_type: "MANAGED",
    ...(comment === undefined ? {} : { comment }),
  });
};
