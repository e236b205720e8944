import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { pageOf, pageParams } from "../paging.ts";
import { targets } from "../target.ts";
import { workspacePath } from "../workspace/workspace-path.ts";
import { exampleRepo, repo } from "./repo.ts";

export const listRepos = defineOperation({
  name: "list_repos",
  domain: "workspace",
  since: "0.1.0",
  summary: "Lists the Git folders that the identity may manage, and what they have checked out.",
  kind: "query",
  errors: [],
  route: { method: "get", path: "/api/repos" },
  target: targets.nothing,
  params: z.strictObject({
    path_prefix: workspacePath.optional().describe("Only Git folders whose path begins with this."),
    page_token: pageParams.page_token,
  }),
  result: pageOf("RepoPage", { repos: z.array(repo).default([]).describe("The Git folders of this page.") }),
  examples: [{ params: { path_prefix: "/Repos/shared" }, result: { repos: [exampleRepo] } }],
});
