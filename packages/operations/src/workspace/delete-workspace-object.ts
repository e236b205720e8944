import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { workspacePath } from "./workspace-path.ts";

export const deleteWorkspaceObject = defineOperation({
  name: "delete_workspace_object",
  domain: "workspace",
  since: "0.1.0",
  summary: "Deletes a notebook, a file or a folder of the workspace for good.",
  kind: "destructive",
  timeoutMs: 60_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "delete", path: "/api/workspace/object" },
  target: targets.workspacePath,
  params: z.strictObject({
    path: workspacePath,
    recursive: z
      .boolean()
      .optional()
      .describe(
        "Deletes a folder with all that is in it. Default: false, which refuses one that is not empty.",
      ),
  }),
  result: z.object({}).meta({ id: "DeletedWorkspaceObject" }),
  examples: [{ params: { path: "/Shared/One" }, result: {} }],
});
