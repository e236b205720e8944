import { z } from "zod";
import { ApiError, invalidParameter, notImplemented, permissionDenied } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { Seed } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";

type Repo = Seed["repos"][number];

const PAGE_SIZE = 20;

const updateSchema = z.object({
  branch: z.string().optional(),
  tag: z.string().optional(),
  sparse_checkout: z.unknown().optional(),
});

/** `/api/2.0/repos`: the Git folders of the seed. Nothing is fetched: they have the branches and tags of the seed alone. */
export function repos(workspace: Workspace): Route[] {
  const pattern = "/api/2.0/repos";
  const one = `${pattern}/:id`;
  return [
    { method: "GET", pattern, handle: (call) => list(workspace, call) },
    { method: "GET", pattern: one, handle: (call) => json(view(workspace, find(workspace, call))) },
    { method: "PATCH", pattern: one, handle: (call) => update(workspace, call) },
  ];
}

function list(workspace: Workspace, call: Call): Reply {
  const { principal, query } = call;
  const prefix = query.get("path_prefix") ?? "";
  const visible = workspace.seed.repos
    .filter((repo) => mayManage(repo, principal) && repo.path.startsWith(prefix))
    .toSorted((a, b) => a.id - b.id);
  // The token of the request has the name of the reply's.
  const renamed = new URLSearchParams(query);
  const token = query.get("next_page_token");
  if (token !== null) renamed.set("page_token", token);
  const page = pageOf({ ...call, query: renamed }, "repos", visible, ({ id }) => String(id), PAGE_SIZE);
  const entries = page.items.map((repo) => view(workspace, repo));
  return json({ repos: entries.length === 0 ? undefined : entries, next_page_token: page.nextPageToken });
}

async function update(workspace: Workspace, call: Call): Promise<Reply> {
  const repo = find(workspace, call);
  const { branch, tag, sparse_checkout: sparse } = await readJson(call.req, updateSchema);
  if (sparse !== undefined) throw notImplemented("sparse checkouts");
  if ((branch === undefined) === (tag === undefined))
    throw invalidParameter("Exactly one of branch and tag must be set.");
  const [commits, name] = branch === undefined ? [repo.tags, tag ?? ""] : [repo.branches, branch];
  // Not what every object has, such as a `constructor`.
  const commit = Object.hasOwn(commits, name) ? commits[name] : undefined;
  if (commit === undefined) throw invalidParameter(`${name} does not exist in ${repo.url}.`);
  await workspace.repos.checkOut(repo, { branch, commit });
  return json({});
}

/** Throws 404 if the Git folder does not exist, and 403 if the caller may not manage it. */
function find({ seed }: Workspace, { params, principal }: Call): Repo {
  const { id = "" } = params;
  const found = seed.repos.find((repo) => String(repo.id) === id);
  if (found === undefined)
    throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `Git folder with id ${id} does not exist.`);
  if (mayManage(found, principal)) return found;
  throw permissionDenied(`${principal.name} does not have CAN_MANAGE permissions on Git folder ${id}.`);
}

function mayManage({ managers }: Repo, { name, admin }: Principal): boolean {
  return admin || managers.includes(name);
}

function view(workspace: Workspace, repo: Repo): object {
  const { branch, commit } = workspace.repos.checkedOut(repo);
  const { id, path, url, provider } = repo;
  return { id, path, url, provider, branch, head_commit_id: commit };
}
