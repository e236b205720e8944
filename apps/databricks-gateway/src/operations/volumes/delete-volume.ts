import { VolumesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { fullNameInPath } from "../full-name.ts";
import type { Handler } from "../handler.ts";

export const deleteVolume: Handler<"delete_volume"> = async ({ catalog, schema, name }, { signal }) => {
  const full_name = fullNameInPath(catalog, schema, name);
  await service(VolumesService, signal).delete({ name: full_name });
  return {};
};
