import { ReposService } from "@databricks/sdk-experimental/dist/apis/workspace/index.js";
import { service } from "../../auth/auth-context.ts";
import { pageWithEntries } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";

interface RepoPage {
  repos?: object[];
  next_page_token?: string;
}

interface PageMethod {
  /** Private in the SDK. */
  _list(request: object): Promise<RepoPage>;
}

export const listRepos: Handler<"list_repos"> = async ({ path_prefix, page_token }, { signal }) => {
  // The SDK gives its method for one page no type.
  const repos = service(ReposService, signal) as unknown as PageMethod;
  return pageWithEntries({
    // Unlike everywhere else, the request's token has the name of the reply's.
    fetchPage: (token) => repos._list(withoutUndefined({ path_prefix, next_page_token: token })),
    pageToken: page_token,
    entries: "repos",
  });
};
