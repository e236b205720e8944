import * as z from "zod";
import { defineOperation } from "../define-operation.ts";
import { targets } from "../target.ts";
import { exampleRepo, repoId } from "./repo.ts";

const reference = z.string().min(1).max(255);

export const updateRepo = defineOperation({
  name: "update_repo",
  domain: "workspace",
  since: "0.1.0",
  summary: "Checks out the latest commit of a branch, or a tag, in a Git folder.",
  kind: "mutation",
  idempotent: true,
  timeoutMs: 60_000,
  errors: ["RESOURCE_DOES_NOT_EXIST"],
  // A job may run what is then in it, as somebody else.
  reachesAnyData: true,
  usesAnyWarehouse: true,
  route: { method: "patch", path: "/api/repos/:repo_id" },
  target: targets.resource("repo"),
  params: z
    .strictObject({
      repo_id: repoId,
      branch: reference.optional().describe("The branch. Either this or `tag`."),
      tag: reference.optional().describe("The tag, which leaves the Git folder on no branch."),
    })
    .refine(({ branch, tag }) => (branch === undefined) !== (tag === undefined), {
      path: ["branch"],
      message: "must be given, or else tag, and not both",
    }),
  result: z.object({}).meta({ id: "UpdatedRepo" }),
  examples: [{ params: { repo_id: exampleRepo.id, branch: "main" }, result: {} }],
});
