import type { FailingRequest, RouteRequest } from "./route-request.ts";
import type { Stack } from "./start-stack.ts";

const at = (path: string, more: Record<string, string> = {}) =>
  new URLSearchParams({ path, ...more }).toString();
const notebook = (path: string) => ({ path, content: "U0VMRUNUIDE=", format: "SOURCE", language: "SQL" });
const nowhere = at("/Shared/nowhere");

/** Requests about the workspace that are not simply the example of the operation's definition. */
export const workspaceRequests: Readonly<
  Record<string, (stack: Stack) => RouteRequest | Promise<RouteRequest>>
> = {
  delete_workspace_object: async (stack) => {
    await stack.call("POST", "/api/workspace/import", { json: notebook("/Shared/to delete") });
    return { path: `/api/workspace/object?${at("/Shared/to delete")}` };
  },
};

/** The errors of the workspace's routes that are not those of every route. */
export const workspaceErrors: Readonly<Record<string, readonly FailingRequest[]>> = {
  list_workspace_objects: [missing(`/api/workspace/objects?${nowhere}`)],
  get_workspace_object: [missing(`/api/workspace/object?${nowhere}`)],
  export_workspace_object: [missing(`/api/workspace/export?${nowhere}`)],
  delete_workspace_object: [missing(`/api/workspace/object?${nowhere}`)],
  import_workspace_object: [
    {
      code: "RESOURCE_DOES_NOT_EXIST",
      request: { path: "/api/workspace/import", json: notebook("/Shared/nowhere/x") },
    },
    {
      code: "RESOURCE_ALREADY_EXISTS",
      request: { path: "/api/workspace/import", json: notebook("/Shared/Trips by day") },
    },
  ],
  create_workspace_directory: [
    {
      code: "RESOURCE_ALREADY_EXISTS",
      request: { path: "/api/workspace/directories", json: { path: "/Shared/Trips by day/x" } },
    },
  ],
};

function missing(path: string): FailingRequest {
  return { code: "RESOURCE_DOES_NOT_EXIST", request: { path } };
}
