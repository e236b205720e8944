import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleNotebook } from "./workspace-object.ts";
import { workspacePath } from "./workspace-path.ts";

export const exportWorkspaceObject = defineOperation({
  name: "export_workspace_object",
  domain: "workspace",
  since: "0.1.0",
  summary: "Returns the content of a notebook or a file of the workspace, at most 10 MB, in base64.",
  kind: "query",
  timeoutMs: 60_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  // A notebook can hold the results of its queries.
  reachesAnyData: true,
  route: { method: "get", path: "/api/workspace/export" },
  target: targets.workspacePath,
  params: z.strictObject({
    path: workspacePath,
    format: z
      .enum(["SOURCE", "HTML", "JUPYTER", "DBC", "R_MARKDOWN", "RAW", "AUTO"])
      .optional()
      .describe(
        "`SOURCE`, `HTML`, `JUPYTER`, `DBC` or `R_MARKDOWN` for a notebook; `RAW` or `AUTO` for a file. Default: `SOURCE`.",
      ),
  }),
  result: z
    .object({
      content: z.string().default("").describe("The content, in base64."),
      file_type: z.string().optional().describe("What it is: `py`, `sql`, `ipynb`, …"),
    })
    .meta({ id: "ExportedWorkspaceObject" }),
  examples: [
    {
      params: { path: exampleNotebook.path, format: "SOURCE" },
      result: { content: "LS0gRGF0YWJyaWNrcyBub3RlYm9vayBzb3VyY2UKU0VMRUNUIDE=", file_type: "sql" },
    },
  ],
});
