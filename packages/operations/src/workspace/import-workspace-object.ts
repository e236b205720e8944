import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { languages } from "./workspace-object.ts";
import { workspacePath } from "./workspace-path.ts";

/** What fits into the gateway's 1 MiB of JSON, beside a path. Databricks takes 10 MB. */
const contentCharactersMax = 960 * 1024;

export const importWorkspaceObject = defineOperation({
  name: "import_workspace_object",
  domain: "workspace",
  since: "0.1.0",
  summary: "Stores a notebook or a file in the workspace, at most 720 KiB.",
  kind: "mutation",
  idempotent: ({ overwrite }) => overwrite === true,
  timeoutMs: 60_000,
  errors: ["RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS"],
  // A job may run it, as somebody else.
  reachesAnyData: true,
  usesAnyWarehouse: true,
  route: { method: "post", path: "/api/workspace/import", bodyBytesMax: contentCharactersMax + 16 * 1024 },
  target: targets.workspacePath,
  params: z.strictObject({
    path: workspacePath,
    content: z.base64().max(contentCharactersMax).describe("The content, in base64."),
    format: z
      .enum(["SOURCE", "HTML", "JUPYTER", "DBC", "R_MARKDOWN", "RAW", "AUTO"])
      .optional()
      .describe(
        "`RAW` for a file; `AUTO` lets the content and the path decide. Default: `SOURCE`, a notebook.",
      ),
    language: z
      .enum(languages)
      .optional()
      .describe("The language of a notebook. Required with the format `SOURCE`."),
    overwrite: z.boolean().optional().describe("Replaces what is there. Default: false, which refuses it."),
  }),
  result: z.object({}).meta({ id: "ImportedWorkspaceObject" }),
  examples: [
    {
      params: {
        path: "/Shared/One",
        content: "U0VMRUNUIDE=",
        format: "SOURCE",
        language: "SQL",
        overwrite: true,
      },
      result: {},
    },
  ],
});
