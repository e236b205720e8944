import { VolumesService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import { isVolumeListed } from "../../policy/check-policy.ts";
import type { Handler } from "../handler.ts";

/** Only the volumes in which the policy allows something. */
export const listVolumes: Handler<"list_volumes"> = async (params, { signal, policy }) => {
  const { catalog, schema, ...page } = params;
  return listPage({
    service: service(VolumesService, signal),
    method: "list",
    entries: "volumes",
    request: { catalog_name: catalog, schema_name: schema, ...page },
    keep: ({ name }: { readonly name?: unknown }) =>
      isVolumeListed(policy, catalog, schema, typeof name === "string" ? name : ""),
  });
};
