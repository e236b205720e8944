import { QueriesService } from "@databricks/sdk-experimental/dist/apis/sql/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getSavedQuery: Handler<"get_saved_query"> = async ({ saved_query_id: id }, { signal }) => {
  return service(QueriesService, signal).get({ id });
};
