import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ApiError, notImplemented, permissionDenied } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { newestFirst, pageOf, pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { Seed } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";
import { isActive, type Update } from "./pipeline-state.ts";

type Pipeline = Seed["pipelines"][number];

const PAGE_SIZE = 25;
const PAGE_SIZE_MAX = 100;
const EVENTS_MAX = 250;

const updateSchema = z.object({
  full_refresh: z.boolean().default(false),
  validate_only: z.boolean().default(false),
  refresh_selection: z.array(z.string()).default([]),
  full_refresh_selection: z.array(z.string()).default([]),
});

/** `/api/2.0/pipelines`: the pipelines of the seed, and their updates. */
export function pipelines(workspace: Workspace): Route[] {
  const all = "/api/2.0/pipelines";
  const one = `${all}/:id`;
  const find = ({ params, principal }: Call) => findPipeline(workspace, params.id ?? "", principal);
  return [
    { method: "GET", pattern: all, handle: (call) => list(workspace, call) },
    { method: "GET", pattern: one, handle: (call) => json(detailedView(workspace, find(call))) },
    { method: "POST", pattern: `${one}/updates`, handle: (call) => start(workspace, call, find(call)) },
    { method: "POST", pattern: `${one}/stop`, handle: (call) => stop(workspace, find(call)) },
    { method: "GET", pattern: `${one}/updates`, handle: (call) => listUpdates(workspace, call, find(call)) },
    { method: "GET", pattern: `${one}/events`, handle: (call) => listEvents(workspace, call, find(call)) },
  ];
}

function list(workspace: Workspace, call: Call): Reply {
  const { principal, query } = call;
  const [, pattern] = /^name LIKE '([^']*)'$/i.exec(query.get("filter") ?? "") ?? [];
  if (query.get("filter") && pattern === undefined) throw notImplemented("this filter of pipelines");
  const wanted = pattern?.replaceAll("%", "").toLowerCase() ?? "";
  const visible = workspace.seed.pipelines
    .filter((pipeline) => mayView(pipeline, principal) && pipeline.name.toLowerCase().includes(wanted))
    .toSorted((first, second) => (first.id < second.id ? -1 : 1));
  const size = pageSize(call, "max_results", PAGE_SIZE_MAX, PAGE_SIZE);
  const page = pageOf(call, "pipelines", visible, ({ id }) => id, size);
  return pageReply(
    "statuses",
    page.items.map((pipeline) => pipelineView(workspace, pipeline)),
    page.nextPageToken,
  );
}

async function start(
  { pipelines: { state, runner }, clock }: Workspace,
  { req }: Call,
  pipeline: Pipeline,
): Promise<Reply> {
  const asked = await readJson(req, updateSchema);
  if (asked.refresh_selection.length + asked.full_refresh_selection.length > 0)
    throw notImplemented("updates of some tables of a pipeline");
  const active = state.updatesOf(pipeline.id).find(isActive);
  if (active !== undefined) {
    const message = `An active update ${active.id} already exists for pipeline '${pipeline.id}'.`;
    throw new ApiError(409, "RESOURCE_CONFLICT", message);
  }
  const update: Update = {
    id: randomUUID(),
    pipelineId: pipeline.id,
    state: "QUEUED",
    createdAt: clock.now(),
    fullRefresh: asked.full_refresh,
    validateOnly: asked.validate_only,
  };
  state.add(update);
  state.enter(update, "QUEUED", clock.now());
  await state.save();
  runner.start(pipeline, update);
  return json({ update_id: update.id });
}

async function stop({ pipelines: { state, runner } }: Workspace, pipeline: Pipeline): Promise<Reply> {
  const active = state.updatesOf(pipeline.id).find(isActive);
  if (active !== undefined) runner.cancel(active);
  await state.save();
  return json({});
}

function listUpdates({ pipelines: { state } }: Workspace, call: Call, pipeline: Pipeline): Reply {
  const numbered = numberedNewestFirst(state.updatesOf(pipeline.id));
  const size = pageSize(call, "max_results", PAGE_SIZE_MAX, PAGE_SIZE);
  const page = pageOf(call, `updates\n${pipeline.id}`, numbered, ({ key }) => key, size);
  const updates = page.items.map(({ item }) => ({
    pipeline_id: pipeline.id,
    update_id: item.id,
    state: item.state,
    cause: "API_CALL",
    creation_time: item.createdAt,
    full_refresh: item.fullRefresh,
    validate_only: item.validateOnly,
  }));
  return pageReply("updates", updates, page.nextPageToken);
}

function listEvents({ pipelines: { state } }: Workspace, call: Call, pipeline: Pipeline): Reply {
  if (call.query.get("filter")) throw notImplemented("filters of a pipeline's events");
  const numbered = numberedNewestFirst(state.eventsOf(pipeline.id));
  const size = pageSize(call, "max_results", EVENTS_MAX, PAGE_SIZE);
  const page = pageOf(call, `events\n${pipeline.id}`, numbered, ({ key }) => key, size);
  const events = page.items.map(({ item: { id, updateId, at, message, error } }) => ({
    id,
    timestamp: new Date(at).toISOString(),
    event_type: "update_progress",
    level: error === undefined ? "INFO" : "ERROR",
    maturity_level: "STABLE",
    message,
    origin: { pipeline_id: pipeline.id, pipeline_name: pipeline.name, update_id: updateId },
    ...(error === undefined
      ? {}
      : {
          error: {
            fatal: true,
            exceptions: [{ class_name: "org.apache.spark.sql.AnalysisException", message: error }],
          },
        }),
  }));
  return pageReply("events", events, page.nextPageToken);
}

function numberedNewestFirst<Item>(items: readonly Item[]): { item: Item; key: string }[] {
  return items.map((item, index) => ({ item, key: newestFirst(String(index)) })).toReversed();
}

function pageReply(field: string, entries: object[], token: string | undefined): Reply {
  return json({
    ...(entries.length === 0 ? {} : { [field]: entries }),
    ...(token === undefined ? {} : { next_page_token: token }),
  });
}

/** Throws 404 if the pipeline does not exist, and 403 if the principal may not see it. */
function findPipeline({ seed }: Workspace, id: string, principal: Principal): Pipeline {
  const pipeline = seed.pipelines.find((one) => one.id === id);
  if (pipeline === undefined)
    throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `The specified pipeline ${id} was not found.`);
  if (mayView(pipeline, principal)) return pipeline;
  throw permissionDenied(`${principal.name} does not have CAN_VIEW permissions on pipeline ${id}.`);
}

function mayView({ creator, runners }: Pipeline, { name, admin }: Principal): boolean {
  return admin || creator === name || runners.includes(name);
}

function pipelineView({ pipelines: { state } }: Workspace, pipeline: Pipeline): object {
  const updates = state.updatesOf(pipeline.id).toReversed();
  const [latest] = updates;
  return {
    pipeline_id: pipeline.id,
    name: pipeline.name,
    state: stateOf(latest),
    health: latest?.state === "FAILED" ? "UNHEALTHY" : "HEALTHY",
    creator_user_name: pipeline.creator,
    run_as_user_name: pipeline.creator,
    latest_updates: updates.slice(0, 5).map((update) => ({
      update_id: update.id,
      state: update.state,
      creation_time: new Date(update.createdAt).toISOString(),
    })),
  };
}

function detailedView(workspace: Workspace, pipeline: Pipeline): object {
  const { id, name, spec } = pipeline;
  return { ...pipelineView(workspace, pipeline), spec: { id, name, ...spec } };
}

function stateOf(latest: Update | undefined): string {
  if (latest === undefined || !isActive(latest)) return "IDLE";
  if (latest.state === "RUNNING" || latest.state === "STOPPING") return latest.state;
  return "STARTING";
}
