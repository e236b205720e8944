import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { filePath } from "../volume-path.ts";
import { fileInfo } from "./file-metadata.ts";

const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e]{1,1024}$/, "must be printable ASCII of at most 1,024 characters");

/**
 * The reply has the bytes, with the status and headers of RFC 9110: 200, 206 with `Content-Range`, 304, 412 or 416.
 */
export const readFile = defineOperation({
  name: "read_file",
  domain: "files",
  since: "0.1.0",
  summary: "Reads a file, or one range of its bytes, under the conditions of the request.",
  kind: "query",
  transfer: "download",
  timeoutMs: 60_000,
  errors: ["NOT_FOUND", "PRECONDITION_FAILED", "RANGE_NOT_SATISFIABLE"],
  route: { method: "get", path: "/api/files" },
  target: targets.path,
  params: z.strictObject({
    path: filePath,
    range: headerValue.optional().describe("`bytes=0-99`. Several ranges at once return the whole file."),
    if_range: headerValue.optional().describe("Return the range only if the file is still this one."),
    if_match: headerValue
      .optional()
      .describe(
        "Fail with 412 unless the file has this strong ETag, or exists for `*`. Databricks sends no ETag and the one made here is weak, so use `if_unmodified_since`.",
      ),
    if_none_match: headerValue.optional().describe("Return 304 if the file is still this one."),
    if_modified_since: headerValue.optional().describe("Return 304 if the file is not newer."),
    if_unmodified_since: headerValue.optional().describe("Fail with 412 if the file is newer."),
  }),
  result: fileInfo,
  examples: [
    {
      params: { path: "/Volumes/main/default/files/README.txt", range: "bytes=0-99" },
      result: { path: "/Volumes/main/default/files/README.txt", file_size: 84 },
    },
  ],
});
