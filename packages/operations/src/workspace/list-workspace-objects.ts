import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleNotebook, workspaceObject } from "./workspace-object.ts";
import { workspacePathOrRoot } from "./workspace-path.ts";

export const listWorkspaceObjects = defineOperation({
  name: "list_workspace_objects",
  domain: "workspace",
  since: "0.1.0",
  summary:
    "Lists the notebooks, files and folders in a folder of the workspace, but not in the folders in it.",
  kind: "query",
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/workspace/objects" },
  target: targets.workspacePath,
  params: z.strictObject({
    path: workspacePathOrRoot,
    notebooks_modified_after: z
      .string()
      .regex(/^\d{1,15}$/, "must be milliseconds since 1970")
      .optional()
      .describe("Only notebooks that were changed after this time, in milliseconds since 1970."),
  }),
  result: z
    .object({
      objects: z.array(workspaceObject).default([]).describe("All that is in the folder. It is not paged."),
    })
    .meta({ id: "WorkspaceObjects" }),
  examples: [{ params: { path: "/Shared" }, result: { objects: [exampleNotebook] } }],
});
