import { WorkspaceService } from "@databricks/sdk-experimental/dist/apis/workspace/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const deleteWorkspaceObject: Handler<"delete_workspace_object"> = async (request, { signal }) => {
  await service(WorkspaceService, signal).delete(withoutUndefined(request));
  return {};
};
