import { CatalogsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import { isCatalogAllowed } from "../../policy/check-policy.ts";
import type { Handler } from "../handler.ts";

/** Only the catalogs that the policy allows. */
export const listCatalogs: Handler<"list_catalogs"> = async (request, { signal, policy }) => {
  return listPage({
    service: service(CatalogsService, signal),
    method: "list",
    entries: "catalogs",
    request,
    keep: ({ name }: { readonly name?: unknown }) =>
      isCatalogAllowed(policy, typeof name === "string" ? name : ""),
  });
};
