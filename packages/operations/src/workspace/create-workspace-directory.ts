import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { workspacePath } from "./workspace-path.ts";

export const createWorkspaceDirectory = defineOperation({
  name: "create_workspace_directory",
  domain: "workspace",
  since: "0.1.0",
  summary: "Creates a folder in the workspace, and the folders above it. Does nothing if it is there.",
  kind: "mutation",
  idempotent: true,
  errors: ["RESOURCE_ALREADY_EXISTS"],
  route: { method: "post", path: "/api/workspace/directories" },
  target: targets.workspacePath,
  params: z.strictObject({ path: workspacePath }),
  result: z.object({}).meta({ id: "CreatedWorkspaceDirectory" }),
  examples: [{ params: { path: "/Shared/reports" }, result: {} }],
});
