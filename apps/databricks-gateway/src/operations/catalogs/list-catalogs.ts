import { CatalogsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { isCatalogAllowed } from "@front-door/policy";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

/** Only the catalogs that the policies allow. */
export const listCatalogs: Handler<"list_catalogs"> = async (request, { signal, policies }) => {
  return listPage({
    service: service(CatalogsService, signal),
    method: "list",
    entries: "catalogs",
    request,
    keep: ({ name }: { readonly name?: unknown }) =>
      isCatalogAllowed(policies, typeof name === "string" ? name : ""),
  });
};
