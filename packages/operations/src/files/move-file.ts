import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { copyParams } from "./copy-params.ts";
import { storedFile } from "./stored-file.ts";

export const moveFile = defineOperation({
  name: "move_file",
  domain: "files",
  since: "0.1.0",
  summary: "Moves a file within the workspace: copies it, checks the copy, and deletes the source.",
  description:
    "Databricks cannot rename a file, so this is `copy_file` with the source deleted afterwards. For a moment both files exist. If the source cannot be deleted, or has changed since it was copied, both stay, and the error says so with `outcome: unknown`. It has five minutes.",
  kind: "mutation",
  timeoutMs: 300_000,
  errors: ["NOT_FOUND", "ALREADY_EXISTS", "RESOURCE_CONFLICT"],
  route: { method: "post", path: "/api/files/move" },
  target: targets.copy,
  params: copyParams,
  result: storedFile,
  examples: [
    {
      params: {
        source_path: "/Volumes/main/default/files/report.csv",
        destination_path: "/Volumes/main/default/files/archive/report.csv",
      },
      result: {
        path: "/Volumes/main/default/files/archive/report.csv",
        file_size: 52_428_800,
        created: true,
      },
    },
  ],
});
