import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleNotebook, workspaceObject } from "./workspace-object.ts";
import { workspacePathOrRoot } from "./workspace-path.ts";

export const getWorkspaceObject = defineOperation({
  name: "get_workspace_object",
  domain: "workspace",
  since: "0.1.0",
  summary: "Gets what the workspace has at a path: a notebook, a file or a folder, without its content.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/workspace/object" },
  target: targets.workspacePath,
  params: z.strictObject({ path: workspacePathOrRoot }),
  result: workspaceObject,
  examples: [{ params: { path: exampleNotebook.path }, result: exampleNotebook }],
});
