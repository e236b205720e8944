import { z } from "zod";
import { invalidParameter } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { idInQuery, idSchema } from "../http/id.ts";
import { newestFirst, pageOf, pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Workspace } from "../workspace.ts";
import { findJob, findRun, mayView } from "./find-job.ts";
import { checkTasks, taskSchema } from "./job-settings.ts";
import type { Run } from "./job-state.ts";
import { newRun, newRunOfJob } from "./new-run.ts";
import { repair, repairSchema } from "./repair.ts";
import { runOutput } from "./run-output.ts";
import { runView, taskRunView } from "./run-view.ts";

const PAGE_SIZE = 20;
const PAGE_SIZE_MAX = 25;

const token = z.string().max(64).optional();

const runNowSchema = z.object({
  job_id: idSchema,
  idempotency_token: token,
  job_parameters: z.record(z.string(), z.string()).default({}),
  only: z.array(z.string()).optional(),
  queue: z.object({ enabled: z.boolean() }).optional(),
});

const submitSchema = z.object({
  run_name: z.string().default("Untitled"),
  tasks: z.array(taskSchema).min(1).max(1000),
  idempotency_token: token,
  timeout_seconds: z.number().int().min(0).default(0),
});

/** `/api/2.2/jobs/runs` and `/api/2.2/jobs/run-now`. */
export function runs(workspace: Workspace): Route[] {
  const all = "/api/2.2/jobs/runs";
  return [
    { method: "POST", pattern: "/api/2.2/jobs/run-now", handle: (call) => runNow(workspace, call) },
    { method: "POST", pattern: `${all}/submit`, handle: (call) => submit(workspace, call) },
    { method: "GET", pattern: `${all}/list`, handle: (call) => list(workspace, call) },
    { method: "GET", pattern: `${all}/get`, handle: (call) => get(workspace, call) },
    { method: "GET", pattern: `${all}/get-output`, handle: (call) => output(workspace, call) },
    { method: "POST", pattern: `${all}/cancel`, handle: (call) => cancel(workspace, call) },
    { method: "POST", pattern: `${all}/repair`, handle: (call) => repairRun(workspace, call) },
  ];
}

async function runNow(workspace: Workspace, { req, principal }: Call): Promise<Reply> {
  const { state } = workspace.jobs;
  const body = await readJson(req, runNowSchema);
  const job = findJob(state, body.job_id, principal);
  const { idempotency_token: given, job_parameters: values, only } = body;
  const known = startedWith(workspace, given, principal.name);
  if (known !== undefined) return started(known);
  const run = newRunOfJob(state, workspace.clock.now(), { job, principal, token: given, values, only });
  const { max_concurrent_runs: limit = 1, queue = body.queue } = job.settings;
  const isFull = state.activeRunsOf(job.id).filter(({ phase }) => phase !== "QUEUED").length >= limit;
  if (isFull && queue?.enabled === true && limit > 0) run.phase = "QUEUED";
  else if (isFull) skip(run, limit);
  return begin(workspace, run);
}

async function submit(workspace: Workspace, { req, principal }: Call): Promise<Reply> {
  const { state } = workspace.jobs;
  const { name: creator } = principal;
  const body = await readJson(req, submitSchema);
  checkTasks(body.tasks);
  const known = startedWith(workspace, body.idempotency_token, creator);
  if (known !== undefined) return started(known);
  const run = newRun(state, workspace.clock.now(), {
    jobId: state.newId(),
    type: "SUBMIT_RUN",
    name: body.run_name,
    tasks: body.tasks,
    creator,
    runAs: creator,
    viewers: [],
    token: body.idempotency_token,
    parameters: [],
    timeoutSeconds: body.timeout_seconds,
  });
  return begin(workspace, run);
}

/** The run that was started with this token before. */
function startedWith({ jobs }: Workspace, given: string | undefined, creator: string): Run | undefined {
  if (given === undefined || given === "") return undefined;
  return jobs.state.runs.find((run) => run.token === given && run.creator === creator);
}

async function begin({ jobs: { state, executor } }: Workspace, run: Run): Promise<Reply> {
  state.addRun(run);
  await state.save();
  if (run.phase === "PENDING") executor.start(run);
  return started(run);
}

function started({ id }: Run): Reply {
  return json({ run_id: Number(id), number_in_job: Number(id) });
}

function skip(run: Run, limit: number): void {
  const message = `The job has reached its limit of ${limit} concurrent runs.`;
  const ended = {
    phase: "ENDED",
    result: "MAXIMUM_CONCURRENT_RUNS_REACHED",
    endedAt: run.startedAt,
  } as const;
  Object.assign(run, ended, { message, tasks: [] });
}

function list({ jobs: { state }, origin }: Workspace, call: Call): Reply {
  const { query, principal } = call;
  const size = pageSize(call, "limit", PAGE_SIZE_MAX, PAGE_SIZE);
  const [active, completed] = ["active_only", "completed_only"].map((name) => query.get(name) === "true");
  if (active && completed) throw invalidParameter("active_only and completed_only cannot both be true.");
  const [jobId, type] = [query.get("job_id"), query.get("run_type")];
  const from = Number(query.get("start_time_from") ?? 0);
  const to = Number(query.get("start_time_to") ?? Number.MAX_SAFE_INTEGER);
  const visible = state.runs
    .filter((run) => mayView(run, principal) && (jobId === null || run.jobId === jobId))
    .filter((run) => (type ?? run.type) === run.type && run.startedAt >= from && run.startedAt <= to)
    .filter(({ phase }) => (phase === "ENDED" ? !active : !completed))
    .toReversed();
  const page = pageOf(call, "runs", visible, ({ id }) => newestFirst(id), size);
  const withTasks = query.get("expand_tasks") === "true";
  const entries = page.items.map((run) => runView(run, origin(call.req), { withTasks }));
  return json({
    ...(entries.length === 0 ? {} : { runs: entries }),
    has_more: page.nextPageToken !== undefined,
    ...(page.nextPageToken === undefined ? {} : { next_page_token: page.nextPageToken }),
  });
}

function get({ jobs: { state }, origin }: Workspace, call: Call): Reply {
  const { run, taskRun } = findRun(state, idInQuery(call, "run_id"), call.principal);
  if (taskRun !== undefined)
    return json({ job_id: Number(run.jobId), ...taskRunView(run, taskRun, origin(call.req)) });
  const withHistory = call.query.get("include_history") === "true";
  return json(runView(run, origin(call.req), { withTasks: true, withHistory }));
}

function output({ jobs: { state }, origin }: Workspace, call: Call): Reply {
  const found = findRun(state, idInQuery(call, "run_id"), call.principal);
  return json(runOutput(found.run, found.taskRun, origin(call.req)));
}

async function cancel({ jobs: { state, executor } }: Workspace, { req, principal }: Call): Promise<Reply> {
  const { run_id } = await readJson(req, z.object({ run_id: idSchema }));
  executor.cancel(findRun(state, run_id, principal).run);
  await state.save();
  return json({});
}

async function repairRun({ jobs, clock }: Workspace, { req, principal }: Call): Promise<Reply> {
  const { state, executor } = jobs;
  const asked = await readJson(req, repairSchema);
  const { run } = findRun(state, asked.run_id, principal);
  const repair_id = Number(repair(state, run, asked, clock.now()));
  await state.save();
  executor.start(run);
  return json({ repair_id });
}
