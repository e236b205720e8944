import { ReposService } from "@databricks/sdk-experimental/dist/apis/workspace/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const updateRepo: Handler<"update_repo"> = async ({ repo_id, branch, tag }, { signal }) => {
  // An int64, which a number would round. In a path both look the same.
  const id = repo_id as unknown as number;
  await service(ReposService, signal).update({ repo_id: id, ...withoutUndefined({ branch, tag }) });
  return {};
};
