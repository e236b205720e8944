import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { copyParams } from "./copy-params.ts";
import { storedFile } from "./stored-file.ts";

export const copyFile = defineOperation({
  name: "copy_file",
  domain: "files",
  since: "0.1.0",
  summary: "Copies a file within the workspace: all of it or nothing.",
  description:
    "The gateway reads the source and writes the destination, so the bytes do not pass through the caller. If the source changes meanwhile, the copy fails with 409 and nothing is stored. The size of the destination is checked before the reply, for which the identity must be able to read it. A copy has five minutes.",
  kind: "mutation",
  idempotent: ({ overwrite }) => overwrite === true,
  timeoutMs: 300_000,
  errors: ["NOT_FOUND", "ALREADY_EXISTS", "RESOURCE_CONFLICT"],
  route: { method: "post", path: "/api/files/copy" },
  target: targets.copy,
  params: copyParams,
  result: storedFile,
  examples: [
    {
      params: {
        source_path: "/Volumes/main/default/files/report.csv",
        destination_path: "/Volumes/main/default/files/2026/report.csv",
        overwrite: true,
      },
      result: { path: "/Volumes/main/default/files/2026/report.csv", file_size: 52_428_800, created: true },
    },
  ],
});
