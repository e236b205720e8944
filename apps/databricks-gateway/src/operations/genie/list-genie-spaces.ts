import { GenieService } from "@databricks/sdk-experimental/dist/apis/dashboards/index.js";
import { service } from "../../auth/auth-context.ts";
import { pageWithEntries } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listGenieSpaces: Handler<"list_genie_spaces"> = async (
  { page_token, max_results: page_size },
  { signal },
) => {
  const genie = service(GenieService, signal);
  const size = page_size === undefined ? {} : { page_size };
  return pageWithEntries({
    fetchPage: (token) =>
      genie.listSpaces({ ...size, ...(token === undefined ? {} : { page_token: token }) }),
    pageToken: page_token,
    entries: "spaces",
  });
};
