import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { errorEnvelope } from "../errors.ts";
import { targets } from "../target.ts";
import { directoryPath } from "../volume-path.ts";
import { directoryEntry } from "./list-directory.ts";

const treeEntry = directoryEntry
  .extend({
    unreadable: z
      .literal(true)
      .optional()
      .describe("What is in this directory is not listed: no request to this API can carry its name."),
  })
  .meta({ id: "TreeEntry" });

/** A line of the reply. */
export const treeLine = z
  .union([
    treeEntry,
    z.object({
      complete: z.literal(true).describe("Nothing is missing but what is in `unreadable` directories."),
      entry_count: z.int().nonnegative().describe("How many lines are before this one."),
    }),
    errorEnvelope,
  ])
  .describe("One line: a file or directory, and last how it ended.")
  .meta({ id: "TreeLine" });

export const listTree = defineOperation({
  name: "list_tree",
  domain: "files",
  since: "0.1.0",
  summary: "Lists everything in a directory, at any depth, as it is found.",
  description: [
    'The reply is `application/x-ndjson`: a line for each file and directory, as `GET /api/directories` has them, and a last line `{"complete":true,"entry_count":3}`, or an error envelope if the listing fails in between. A reply without either is cut.',
    "A directory comes before what is in it. Otherwise the order is not defined. A directory that is deleted before its turn comes is left out.",
    "A directory that was given a name at Databricks which no request to this API can carry, with a control character, say, has `unreadable` in its line, and what is in it is not listed.",
  ].join("\n\n"),
  kind: "query",
  transfer: "stream",
  timeoutMs: 60_000,
  errors: ["NOT_FOUND"],
  route: { method: "get", path: "/api/directories/tree" },
  target: targets.path,
  params: z.strictObject({ path: directoryPath }),
  result: z
    .object({
      contents: z.array(treeEntry).describe("The files and directories, one in each line."),
      complete: z
        .literal(true)
        .describe("In the last line: nothing is missing but what is in `unreadable` directories."),
      entry_count: z.int().nonnegative().describe("In the last line: how many lines are before it."),
    })
    .meta({ id: "DirectoryTree" }),
  examples: [
    {
      params: { path: "/Volumes/main/default/files" },
      result: {
        contents: [
          {
            name: "readme.txt",
            path: "/Volumes/main/default/files/readme.txt",
            is_directory: false,
            file_size: 120,
            last_modified: 1_763_800_000_000,
          },
        ],
        complete: true,
        entry_count: 1,
      },
    },
  ],
});
