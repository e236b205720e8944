import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { subdirectoryPath } from "../volume-path.ts";

export const deleteDirectory = defineOperation({
  name: "delete_directory",
  domain: "files",
  since: "0.1.0",
  summary: "Deletes a directory, with `recursive` everything in it too.",
  kind: "destructive",
  allowedByDefault: true,
  // A recursive deletion is one call for each file, and Databricks takes about 100 a second.
  timeoutMs: 300_000,
  errors: ["INVALID_PARAMETER_VALUE", "NOT_FOUND", "RESOURCE_CONFLICT"],
  route: { method: "delete", path: "/api/directories" },
  alsoNeeds: { recursive: ["delete_file"] },
  target: targets.path,
  params: z.strictObject({
    path: subdirectoryPath.describe(
      "A directory inside a volume. To delete the volume itself, use `delete_volume`.",
    ),
    recursive: z
      .boolean()
      .default(false)
      .describe("Also delete what is in it. Without this, a directory that is not empty is refused."),
  }),
  result: z
    .object({
      deleted: z
        .int()
        .nonnegative()
        .describe("How many files and directories were deleted, itself included."),
    })
    .meta({ id: "DeletedDirectory" }),
  examples: [
    { params: { path: "/Volumes/main/default/files/2026", recursive: true }, result: { deleted: 14 } },
  ],
});
