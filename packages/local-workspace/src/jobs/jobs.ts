import { z } from "zod";
import { permissionDenied } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { idInQuery, idSchema } from "../http/id.ts";
import { newestFirst, pageOf, pageSize } from "../http/paging.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Principal } from "../identity/principals.ts";
import type { Workspace } from "../workspace.ts";
import { findJob, findOwnJob, mayRun } from "./find-job.ts";
import { checkTasks, type JobSettings, jobSettingsSchema, updatedSettings } from "./job-settings.ts";
import { type Job, runAsOf } from "./job-state.ts";

const PAGE_SIZE = 20;
const PAGE_SIZE_MAX = 100;

const updateSchema = z.object({
  job_id: idSchema,
  new_settings: z.record(z.string(), z.unknown()).default({}),
  fields_to_remove: z.array(z.string()).default([]),
});

/** `/api/2.2/jobs`: jobs, without their runs. Schedules and triggers are kept, but nothing here runs by itself. */
export function jobs(workspace: Workspace): Route[] {
  const all = "/api/2.2/jobs";
  return [
    { method: "GET", pattern: `${all}/list`, handle: (call) => list(workspace, call) },
    { method: "GET", pattern: `${all}/get`, handle: (call) => get(workspace, call) },
    { method: "POST", pattern: `${all}/create`, handle: (call) => create(workspace, call) },
    { method: "POST", pattern: `${all}/update`, handle: (call) => update(workspace, call) },
    { method: "POST", pattern: `${all}/delete`, handle: (call) => remove(workspace, call) },
  ];
}

function list({ jobs: { state } }: Workspace, call: Call): Reply {
  const { query, principal } = call;
  const name = query.get("name")?.toLowerCase();
  const size = pageSize(call, "limit", PAGE_SIZE_MAX, PAGE_SIZE);
  const visible = state.jobs
    .filter((job) => mayRun(job, principal))
    .filter((job) => name === undefined || job.settings.name.toLowerCase() === name)
    .toReversed();
  // The newest first, so what comes after a job has a smaller id.
  const page = pageOf(call, "jobs", visible, ({ id }) => newestFirst(id), size);
  const withTasks = query.get("expand_tasks") === "true";
  const entries = page.items.map((job) => jobView(job, withTasks));
  return json({
    ...(entries.length === 0 ? {} : { jobs: entries }),
    has_more: page.nextPageToken !== undefined,
    ...(page.nextPageToken === undefined ? {} : { next_page_token: page.nextPageToken }),
  });
}

function get({ jobs: { state } }: Workspace, call: Call): Reply {
  const job = findJob(state, idInQuery(call, "job_id"), call.principal);
  return json({ ...jobView(job, true), run_as_user_name: runAsOf(job.settings, job.creator) });
}

async function create({ jobs: { state }, clock }: Workspace, { req, principal }: Call): Promise<Reply> {
  const settings = await readJson(req, jobSettingsSchema);
  checkSettings(settings, principal);
  const job = { id: state.newId(), creator: principal.name, createdAt: clock.now(), settings, runners: [] };
  state.jobs.push(job);
  await state.save();
  return json({ job_id: Number(job.id) });
}

async function update({ jobs: { state } }: Workspace, { req, principal }: Call): Promise<Reply> {
  const { job_id, new_settings, fields_to_remove } = await readJson(req, updateSchema);
  const job = findOwnJob(state, job_id, principal);
  const settings = updatedSettings(job.settings, new_settings, fields_to_remove);
  checkSettings(settings, principal);
  job.settings = settings;
  await state.save();
  return json({});
}

/** Its runs are canceled, and stay known. */
async function remove({ jobs: { state, executor } }: Workspace, { req, principal }: Call): Promise<Reply> {
  const { job_id } = await readJson(req, z.object({ job_id: idSchema }));
  const job = findOwnJob(state, job_id, principal);
  for (const run of state.activeRunsOf(job.id)) executor.cancel(run);
  state.removeJob(job);
  await state.save();
  return json({});
}

function checkSettings(settings: JobSettings, principal: Principal): void {
  checkTasks(settings.tasks);
  const runAs = runAsOf(settings, principal.name);
  if (principal.admin || runAs === principal.name) return;
  throw permissionDenied(`User ${principal.name} may not let a job run as ${runAs}.`);
}

function jobView({ id, creator, createdAt, settings }: Job, withTasks: boolean): object {
  const { tasks, ...others } = settings;
  return {
    job_id: Number(id),
    creator_user_name: creator,
    created_time: createdAt,
    settings: {
      max_concurrent_runs: 1,
      timeout_seconds: 0,
      format: "MULTI_TASK",
      ...others,
      ...(withTasks ? { tasks } : {}),
    },
  };
}
