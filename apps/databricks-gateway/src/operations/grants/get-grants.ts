import { GrantsService } from "@databricks/sdk-experimental/dist/apis/catalog/index.js";
import { service } from "../../auth/auth-context.ts";
import { pageWithEntries } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { securableInPath } from "../securable-in-path.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const getGrants: Handler<"get_grants"> = async (params, { signal }) => {
  const grants = service(GrantsService, signal);
  const { securable_type, principal, page_token, max_results } = params;
  const request = { securable_type, full_name: securableInPath(params), principal, max_results };
  return pageWithEntries({
    fetchPage: (token) => grants.get(withoutUndefined({ ...request, page_token: token })),
    pageToken: page_token,
    entries: "privilege_assignments",
  });
};
