import { VolumesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { isVolumeListed } from "@front-door/policy";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

/** Only the volumes in which the policies allow something. */
export const listVolumes: Handler<"list_volumes"> = async (params, { signal, policies }) => {
  const { catalog, schema, ...page } = params;
  return listPage({
    service: service(VolumesService, signal),
    method: "list",
    entries: "volumes",
    request: { catalog_name: catalog, schema_name: schema, ...page },
    keep: ({ name }: { readonly name?: unknown }) =>
      isVolumeListed(policies, catalog, schema, typeof name === "string" ? name : ""),
  });
};
