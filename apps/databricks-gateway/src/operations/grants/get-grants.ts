import { GrantsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { pageWithEntries } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { securableInPath } from "../securable-in-path.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const getGrants: Handler<"get_grants"> = async (params, { signal }) => {
  const grants = service(GrantsService, signal);
  const { securable_type, page_token: pageToken, principal, max_results } = params;
  const request = { securable_type, full_name: securableInPath(params), principal, max_results };
  return pageWithEntries({
    fetchPage: (page_token) => grants.get(withoutUndefined({ ...request, page_token })),
    pageToken,
    entries: "privilege_assignments",
  });
};
