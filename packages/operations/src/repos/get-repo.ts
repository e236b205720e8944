import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleRepo, repo, repoId } from "./repo.ts";

export const getRepo = defineOperation({
  name: "get_repo",
  domain: "workspace",
  since: "0.1.0",
  summary: "Gets a Git folder, and what it has checked out.",
  kind: "query",
  timeoutMs: 15_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  route: { method: "get", path: "/api/repos/:repo_id" },
  target: targets.resource("repo"),
  params: z.strictObject({ repo_id: repoId }),
  result: repo,
  examples: [{ params: { repo_id: exampleRepo.id }, result: exampleRepo }],
});
