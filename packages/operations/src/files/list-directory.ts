import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { epochMs } from "../epoch-ms.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { directoryPath } from "../volume-path.ts";

export const directoryEntry = z
  .object({
    name: z.string().describe("The last segment of the path."),
    path: z.string().describe("The full path, as other operations take it."),
    is_directory: z.boolean().describe("True for a directory, false for a file."),
    file_size: z.int().nonnegative().optional().describe("Bytes. Absent for a directory."),
    last_modified: epochMs.optional().describe("When it was last changed, in milliseconds since 1970."),
  })
  .meta({ id: "DirectoryEntry" });

export const listDirectory = defineOperation({
  name: "list_directory",
  domain: "files",
  since: "0.1.0",
  summary: "Lists the files and directories in a directory, not those in its subdirectories.",
  kind: "query",
  errors: ["NOT_FOUND"],
  route: { method: "get", path: "/api/directories" },
  target: targets.path,
  params: z.strictObject({ path: directoryPath, ...pageParams }),
  result: pageOf("DirectoryPage", {
    contents: z.array(directoryEntry).default([]).describe("The entries of this page."),
  }),
  examples: [
    {
      params: { path: "/Volumes/main/default/files", max_results: 1000 },
      result: {
        contents: [
          {
            name: "README.txt",
            path: "/Volumes/main/default/files/README.txt",
            is_directory: false,
            file_size: 84,
            last_modified: 1_763_800_000_000,
          },
        ],
      },
    },
  ],
});
