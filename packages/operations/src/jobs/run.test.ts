import { expect, it } from "vitest";
import { hasRunEnded, hasRunFailed, outcomeOfRun, stateOfRun } from "./run.ts";

it.each([
  [{ state: { life_cycle_state: "TERMINATED" } }, "TERMINATED", true],
  [{ status: { state: "TERMINATED" } }, "TERMINATED", true],
  [
    { state: { life_cycle_state: "INTERNAL_ERROR" }, status: { state: "TERMINATED" } },
    "INTERNAL_ERROR",
    true,
  ],
  [{ status: { state: "TERMINATING" } }, "TERMINATING", false],
  [{}, undefined, false],
])("a run's state and end are known from the older and the newer form: %j", (run, state, ended) => {
  expect([stateOfRun(run), hasRunEnded(run)]).toEqual([state, ended]);
});

const ended = (code: string, type: string) => ({
  status: { termination_details: { code, type, message: "m" } },
});

it.each([
  [{ state: { result_state: "FAILED", state_message: "old" } }, "FAILED", "old", true],
  [ended("CLUSTER_ERROR", "CLOUD_FAILURE"), "CLUSTER_ERROR", "m", true],
  [ended("USER_CANCELED", "CLIENT_ERROR"), "USER_CANCELED", "m", false],
  [ended("SUCCESS", "SUCCESS"), "SUCCESS", "m", false],
  [
    {
      state: { result_state: "FAILED", state_message: "old" },
      ...ended("RUN_EXECUTION_ERROR", "CLIENT_ERROR"),
    },
    "RUN_EXECUTION_ERROR",
    "m",
    true,
  ],
  [
    { state: { state_message: "old" }, status: { termination_details: { message: "" } } },
    undefined,
    "old",
    false,
  ],
  [{}, undefined, undefined, false],
] as const)(
  "a run's outcome is known from the newer and the older form: %j",
  (run, result, message, failed) => {
    expect([outcomeOfRun(run), hasRunFailed(run)]).toEqual([{ result, message }, failed]);
  },
);
