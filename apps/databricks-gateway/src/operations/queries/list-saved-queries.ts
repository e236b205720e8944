import { QueriesService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listSavedQueries: Handler<"list_saved_queries"> = async (request, { signal }) => {
  const { results = [], ...rest } = await listPage({
    service: service(QueriesService, signal),
    method: "list",
    entries: "results",
    request,
  });
  return { ...rest, queries: results };
};
