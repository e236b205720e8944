import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { filePath } from "../volume-path.ts";

export const deleteFile = defineOperation({
  name: "delete_file",
  domain: "files",
  since: "0.1.0",
  summary: "Deletes a file.",
  kind: "destructive",
  allowedByDefault: true,
  errors: ["NOT_FOUND"],
  route: { method: "delete", path: "/api/files" },
  target: targets.path,
  params: z.strictObject({ path: filePath }),
  result: z.object({}),
  examples: [{ params: { path: "/Volumes/main/default/files/README.txt" }, result: {} }],
});
