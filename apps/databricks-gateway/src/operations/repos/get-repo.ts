import { ReposService } from "@databricks/sdk-experimental/dist/apis/workspace/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";

export const getRepo: Handler<"get_repo"> = async ({ repo_id }, { signal }) =>
  // An int64, which a number would round. In a path both look the same.
  service(ReposService, signal).get({ repo_id: repo_id as unknown as number });
