import { z } from "zod";
import { invalidParameter, permissionDenied } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { newestFirst, pageOf, pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { Seed } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";
import { type ClusterChange, eventsOf, START_MS, stateAt } from "./cluster-state.ts";

type Cluster = Seed["clusters"][number];

const PAGE_SIZE = 20;
const PAGE_SIZE_MAX = 100;
const EVENTS = 50;
const EVENTS_MAX = 500;

const idSchema = z.object({ cluster_id: z.string() });
const eventsSchema = idSchema.extend({
  order: z.enum(["ASC", "DESC"]).default("DESC"),
  start_time: z.coerce.number().default(0),
  end_time: z.coerce.number().optional(),
  page_size: z.coerce.number().int().min(0).max(EVENTS_MAX).optional(),
  page_token: z.string().optional(),
});

/** `/api/2.1/clusters`: the clusters of the seed. They start and stop, and nothing can run on them. */
export function clusters(workspace: Workspace): Route[] {
  const all = "/api/2.1/clusters";
  return [
    { method: "GET", pattern: `${all}/list`, handle: (call) => list(workspace, call) },
    {
      method: "GET",
      pattern: `${all}/get`,
      handle: ({ query, principal }) =>
        json(clusterView(workspace, findCluster(workspace, query.get("cluster_id") ?? "", principal))),
    },
    { method: "POST", pattern: `${all}/start`, handle: (call) => change(workspace, call, "start") },
    { method: "POST", pattern: `${all}/delete`, handle: (call) => change(workspace, call, "stop") },
    { method: "POST", pattern: `${all}/events`, handle: (call) => events(workspace, call) },
  ];
}

function list(workspace: Workspace, call: Call): Reply {
  const size = pageSize(call, "page_size", PAGE_SIZE_MAX, PAGE_SIZE);
  const visible = workspace.seed.clusters
    .filter((cluster) => mayUse(cluster, call.principal))
    .toSorted((one, other) => (one.cluster_id < other.cluster_id ? -1 : 1));
  const page = pageOf(call, "clusters", visible, ({ cluster_id: id }) => id, size);
  return json({
    ...(page.items.length === 0 ? {} : { clusters: page.items.map((one) => clusterView(workspace, one)) }),
    ...(page.nextPageToken === undefined ? {} : { next_page_token: page.nextPageToken }),
  });
}

/** A cluster that is not stopped is not started, and one that is not running or starting is not stopped. */
async function change(workspace: Workspace, call: Call, kind: ClusterChange["kind"]): Promise<Reply> {
  const { clusters: state, clock } = workspace;
  const { cluster_id: id } = await readJson(call.req, idSchema);
  findCluster(workspace, id, call.principal);
  const now = clock.now();
  const before = stateAt(state.changes(id), now);
  const isPossible = kind === "start" ? before === "TERMINATED" : ["PENDING", "RUNNING"].includes(before);
  if (isPossible) await state.add(id, { kind, at: now, by: call.principal.name });
  return json({});
}

async function events(workspace: Workspace, call: Call): Promise<Reply> {
  const { clusters: state, clock } = workspace;
  const asked = await readJson(call.req, eventsSchema);
  const { cluster_id, order, start_time: from, end_time: to = Number.MAX_SAFE_INTEGER } = asked;
  findCluster(workspace, cluster_id, call.principal);
  const numbered = eventsOf(state.changes(cluster_id), clock.now())
    .map((event, index) => ({ event, key: String(index).padStart(16, "0") }))
    .filter(({ event }) => event.timestamp >= from && event.timestamp <= to);
  const sorted =
    order === "ASC" ? numbered : numbered.map((one) => ({ ...one, key: newestFirst(one.key) })).toReversed();
  const query = new URLSearchParams(asked.page_token ? { page_token: asked.page_token } : {});
  const scope = `events\n${cluster_id}\n${order}`;
  const page = pageOf({ ...call, query }, scope, sorted, ({ key }) => key, asked.page_size || EVENTS);
  return json({
    ...(page.items.length === 0 ? {} : { events: page.items.map(({ event }) => ({ cluster_id, ...event })) }),
    total_count: sorted.length,
    ...(page.nextPageToken === undefined ? {} : { next_page_token: page.nextPageToken }),
  });
}

/** Throws 400 if the cluster does not exist (docs/databricks.md, Clusters), and 403 if the principal may not use it. */
function findCluster({ seed }: Workspace, id: string, principal: Principal): Cluster {
  const cluster = seed.clusters.find((one) => one.cluster_id === id);
  if (cluster === undefined) throw invalidParameter(`Cluster ${id} does not exist`);
  if (mayUse(cluster, principal)) return cluster;
  throw permissionDenied(`${principal.name} does not have CAN_ATTACH_TO permissions on cluster ${id}.`);
}

function mayUse({ users }: Cluster, { name, admin }: Principal): boolean {
  return admin || users === undefined || users.includes(name);
}

function clusterView({ clusters: state, clock }: Workspace, seeded: Cluster): object {
  const { users: _, ...cluster } = seeded;
  const changes = state.changes(cluster.cluster_id);
  const [started, stopped] = (["start", "stop"] as const).map(
    (kind) => changes.findLast((one) => one.kind === kind)?.at,
  );
  const now = clock.now();
  return {
    ...cluster,
    state: stateAt(changes, now),
    state_message: "",
    ...(started === undefined ? {} : { last_restarted_time: Math.min(now, started + START_MS) }),
    ...(stopped === undefined
      ? {}
      : { terminated_time: stopped, termination_reason: { code: "USER_REQUEST", type: "SUCCESS" } }),
  };
}
