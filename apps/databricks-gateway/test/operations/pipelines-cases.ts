import { expect } from "vitest";
import type { Maker } from "./make-jobs.ts";
import type { OperationCase } from "./operation-case.ts";

const missingCode = "RESOURCE_DOES_NOT_EXIST";
export const seededPipeline = { pipeline_id: "5f6c1d2e-3a4b-4c5d-8e6f-70819203a4b5" };
const missing = { pipeline_id: "00000000-0000-4000-8000-000000000000" };
const update_id = expect.stringMatching(/^[\da-f-]{36}$/) as string;

/** The pipeline, without an update under way. */
export async function idlePipeline(maker: Maker): Promise<{ pipeline_id: string }> {
  await maker.run("stop_pipeline", seededPipeline);
  for (let state = ""; state !== "IDLE"; ) {
    state = (await maker.run("get_pipeline", seededPipeline)).body.state;
  }
  return seededPipeline;
}

async function updatedPipeline(maker: Maker): Promise<{ pipeline_id: string }> {
  await maker.run("start_pipeline_update", await idlePipeline(maker));
  return seededPipeline;
}

export const pipelinesCases = {
  list_pipelines: {
    params: () => ({ filter: "name LIKE '%trips%'" }),
    expected: { statuses: [{ ...seededPipeline, name: "Trips per day" }] },
    bad: { max_results: 0 },
    field: "max_results",
  },
  get_pipeline: {
    params: () => seededPipeline,
    expected: { ...seededPipeline, run_as_user_name: "alice@example.com", spec: { catalog: "main" } },
    bad: { pipeline_id: "a/b" },
    field: "pipeline_id",
    missing,
    missingCode,
    forbidden: seededPipeline,
  },
  start_pipeline_update: {
    params: async (gateway) => ({ ...(await idlePipeline(gateway)), full_refresh: true }),
    expected: { update_id },
    bad: { ...seededPipeline, refresh_selection: [] },
    field: "refresh_selection",
    missing,
    missingCode,
    forbidden: seededPipeline,
  },
  stop_pipeline: {
    params: () => seededPipeline,
    expected: {},
    bad: {},
    field: "pipeline_id",
    missing,
    missingCode,
    forbidden: seededPipeline,
  },
  list_pipeline_updates: {
    params: async (gateway) => ({ ...(await updatedPipeline(gateway)), max_results: 1 }),
    expected: { updates: [{ update_id, state: "QUEUED", cause: "API_CALL" }] },
    bad: { ...seededPipeline, max_results: 101 },
    field: "max_results",
    missing,
    missingCode,
    forbidden: seededPipeline,
  },
  list_pipeline_events: {
    params: async (gateway) => ({ ...(await updatedPipeline(gateway)), max_results: 1 }),
    expected: { events: [{ event_type: "update_progress", level: "INFO", origin: { update_id } }] },
    bad: { ...seededPipeline, max_results: 251 },
    field: "max_results",
    missing,
    missingCode,
    forbidden: seededPipeline,
  },
} satisfies Record<string, OperationCase>;
