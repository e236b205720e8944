import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { directoryPath } from "../volume-path.ts";

export const createDirectory = defineOperation({
  name: "create_directory",
  domain: "files",
  since: "0.1.0",
  summary: "Creates a directory and its missing parents. An existing directory does not change.",
  kind: "mutation",
  idempotent: true,
  errors: ["NOT_FOUND", "ALREADY_EXISTS"],
  route: { method: "post", path: "/api/directories" },
  target: targets.path,
  params: z.strictObject({ path: directoryPath }),
  result: z
    .object({
      path: z.string().describe("The directory."),
      created: z
        .boolean()
        .describe("Whether it was missing just before. Also false if the identity may not look."),
    })
    .meta({ id: "CreatedDirectory" }),
  examples: [
    {
      params: { path: "/Volumes/main/default/files/2026/11" },
      result: { path: "/Volumes/main/default/files/2026/11", created: true },
    },
  ],
});
