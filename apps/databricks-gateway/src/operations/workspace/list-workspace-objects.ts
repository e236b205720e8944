import { WorkspaceService } from "@databricks/sdk-experimental/dist/apis/workspace/index.js";
import { service } from "../../auth/auth-context.ts";
import { listPage } from "../../databricks/list-page.ts";
import type { Handler } from "../handler.ts";

export const listWorkspaceObjects: Handler<"list_workspace_objects"> = async (
  { path, notebooks_modified_after },
  { signal },
) =>
  listPage({
    service: service(WorkspaceService, signal),
    method: "list",
    entries: "objects",
    request: {
      path,
      notebooks_modified_after:
        notebooks_modified_after === undefined ? undefined : Number(notebooks_modified_after),
    },
  });
