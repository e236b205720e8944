import { expect, it } from "vitest";
import { hasRunEnded, stateOfRun } from "./run.ts";

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
