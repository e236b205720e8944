import { WorkspaceService } from "@databricks/sdk-experimental/dist/apis/workspace/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const createWorkspaceDirectory: Handler<"create_workspace_directory"> = async (
  request,
  { signal },
) => {
  await service(WorkspaceService, signal).mkdirs(withoutUndefined(request));
  return {};
};
