import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { filePath } from "../volume-path.ts";
import { storedFile } from "./stored-file.ts";

export const writeFile = defineOperation({
  name: "write_file",
  domain: "files",
  since: "0.1.0",
  summary: "Stores the body as a file: all of it or nothing.",
  description: "Directories of the path that do not exist are made.",
  kind: "mutation",
  idempotent: ({ overwrite }) => overwrite !== false,
  transfer: "upload",
  timeoutMs: 60_000,
  errors: ["NOT_FOUND", "ALREADY_EXISTS"],
  route: { method: "put", path: "/api/files" },
  target: targets.path,
  params: z.strictObject({
    path: filePath,
    overwrite: z.boolean().default(true).describe("False: fail with 409 if the file exists."),
  }),
  result: storedFile,
  examples: [
    {
      params: { path: "/Volumes/main/default/files/report.csv", overwrite: false },
      result: { path: "/Volumes/main/default/files/report.csv", file_size: 52_428_800, created: true },
    },
  ],
});
