import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { epochMs } from "../epoch-ms.ts";
import { targets } from "../target.ts";
import { filePath } from "../volume-path.ts";

/** What is known of a file without reading it. */
export const fileInfo = z
  .object({
    path: z.string().describe("The file."),
    file_size: z.int().nonnegative().describe("Bytes."),
    last_modified: epochMs.optional().describe("When it was last changed, in milliseconds since 1970."),
    etag: z
      .string()
      .optional()
      .describe("Changes when the file changes: Databricks' own, or a weak ETag made from size and time."),
  })
  .meta({ id: "FileInfo" });

export const fileMetadata = defineOperation({
  name: "file_metadata",
  domain: "files",
  since: "0.1.0",
  summary: "Gets the size and the time of a file, without its bytes.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["NOT_FOUND"],
  route: { method: "head", path: "/api/files" },
  target: targets.path,
  params: z.strictObject({ path: filePath }),
  result: fileInfo,
  examples: [
    {
      params: { path: "/Volumes/main/default/files/README.txt" },
      result: {
        path: "/Volumes/main/default/files/README.txt",
        file_size: 84,
        last_modified: 1_763_800_000_000,
        etag: 'W/"54-19aaa5b1e00"',
      },
    },
  ],
});
