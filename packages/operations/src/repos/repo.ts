import * as z from "zod";
import { int64Id, int64IdParam } from "../int64-id.ts";

export const repoId = int64IdParam("a Git folder").describe("The id of a Git folder.");

export const repo = z
  .object({
    id: int64Id.describe("The Git folder's id."),
    path: z.string().optional().describe("Its path in the workspace."),
    url: z.string().optional().describe("The repository that it is a clone of."),
    provider: z.string().optional().describe("Who hosts the repository, like `gitHub`."),
    branch: z.string().optional().describe("The branch that is checked out."),
    head_commit_id: z.string().optional().describe("The commit that is checked out, as SHA-1."),
  })
  .meta({ id: "Repo" });

export const exampleRepo = {
  id: "4200000000000017",
  path: "/Repos/shared/trips",
  url: "https://github.com/example/trips",
  provider: "gitHub",
  branch: "main",
};
