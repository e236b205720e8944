import { WorkspaceService } from "@databricks/sdk-experimental/dist/apis/workspace/index.js";
import { service } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { withoutUndefined } from "../without-undefined.ts";

export const getWorkspaceObject: Handler<"get_workspace_object"> = async (request, { signal }) =>
  service(WorkspaceService, signal).getStatus(withoutUndefined(request));
