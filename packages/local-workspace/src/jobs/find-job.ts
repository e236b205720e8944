import { invalidParameter, permissionDenied } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import type { Job, JobState, Run, TaskRun } from "./job-state.ts";

/** Throws 400 if the job does not exist (docs/databricks.md, Jobs), and 403 if the principal may not see it. */
export function findJob(state: JobState, id: string, principal: Principal): Job {
  const job = state.job(id);
  if (job === undefined) throw invalidParameter(`Job ${id} does not exist.`);
  if (mayRun(job, principal)) return job;
  throw permissionDenied(
    `User ${principal.name} does not have Admin or Manage Run or Owner or View permissions on job ${id}.`,
  );
}

/** The same for a job that the principal wants to change. */
export function findOwnJob(state: JobState, id: string, principal: Principal): Job {
  const job = findJob(state, id, principal);
  if (principal.admin || job.creator === principal.name) return job;
  throw permissionDenied(`User ${principal.name} does not have Admin or Owner permissions on job ${id}.`);
}

export function mayRun({ creator, runners }: Job, { name, admin }: Principal): boolean {
  return admin || creator === name || runners.includes(name);
}

/** Throws 400 if the run does not exist, and 403 if the principal may not see it. The id can be that of a task in it. */
export function findRun(state: JobState, id: string, principal: Principal): { run: Run; taskRun?: TaskRun } {
  const found = state.run(id);
  if (found === undefined) throw invalidParameter(`Run ${id} does not exist.`);
  if (mayView(found.run, principal)) return found;
  throw permissionDenied(
    `User ${principal.name} does not have Admin or Manage Run or Owner or View permissions on job ${found.run.jobId}.`,
  );
}

export function mayView({ creator, runAs, viewers }: Run, { name, admin }: Principal): boolean {
  return admin || creator === name || runAs === name || viewers.includes(name);
}
