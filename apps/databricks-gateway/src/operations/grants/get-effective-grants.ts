import { GrantsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { firstPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { securableInPath } from "../securable-in-path.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const getEffectiveGrants: Handler<"get_effective_grants"> = async (params, { signal }) => {
  const grants = service(GrantsService, signal);
  const { securable_type, principal, page_token, max_results } = params;
  const request = { securable_type, full_name: securableInPath(params), principal, page_token, max_results };
  return firstPage({
    fetchPage: (page: typeof request) => grants.getEffective(withoutUndefined(page)),
    entries: "privilege_assignments",
    request,
  });
};
