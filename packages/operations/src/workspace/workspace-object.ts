import * as z from "zod";
import { epochMs } from "../epoch-ms.ts";
import { int64Id } from "../int64-id.ts";
import { openEnum } from "../open-enum.ts";

export const languages = ["PYTHON", "SCALA", "SQL", "R"] as const;

export const workspaceObject = z
  .object({
    path: z.string().describe("Its absolute path."),
    object_type: openEnum(
      "WorkspaceObjectType",
      ["NOTEBOOK", "DIRECTORY", "LIBRARY", "FILE", "REPO", "DASHBOARD"],
      "What it is.",
    ).optional(),
    object_id: int64Id.optional().describe("Its id."),
    language: openEnum("NotebookLanguage", languages, "The language of a notebook.").optional(),
    size: epochMs.optional().describe("The size of a file in bytes."),
    created_at: epochMs.optional().describe("When a file was created, in milliseconds since 1970."),
    modified_at: epochMs.optional().describe("When a file was last changed, in milliseconds since 1970."),
  })
  .meta({ id: "WorkspaceObject" });

export const exampleNotebook = {
  path: "/Shared/Trips by day",
  object_type: "NOTEBOOK",
  object_id: "4100000000000011",
  language: "SQL",
};
