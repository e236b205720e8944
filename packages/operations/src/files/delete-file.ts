import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { filePath } from "../volume-path.ts";

export const deleteFile = defineOperation({
  name: "delete_file",
  summary: "Deletes a file.",
  kind: "mutation",
  errors: ["NOT_FOUND"],
  route: { method: "delete", path: "/api/files", tag: "Files" },
  target: targets.path,
  params: z.strictObject({ path: filePath }),
  result: z.object({}),
  examples: [{ params: { path: "/Volumes/main/default/files/README.txt" }, result: {} }],
});
