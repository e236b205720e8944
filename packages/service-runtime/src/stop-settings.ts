import * as z from "zod";
import { wholeNumber } from "./setting-types.ts";

const longestMs = 3_600_000;

/** How a process stops. Both processes have these settings, each with a value of its own. */
export const stopSettings = {
  DRAIN_MS: wholeNumber(0, longestMs).default(0),
  // Container runtimes kill ten seconds after SIGTERM.
  SHUTDOWN_GRACE_MS: wholeNumber(0, longestMs).default(8_000),
};

const settings = z.object(stopSettings);

/** How long a process takes to stop, in milliseconds. */
export interface StopTimes {
  /** While it still serves everything, and says that it is not ready. */
  readonly drainMs: number;
  /** While it takes nothing new, and running requests end. */
  readonly graceMs: number;
}

export function stopTimes(given: z.output<typeof settings>): StopTimes {
  return { drainMs: given.DRAIN_MS, graceMs: given.SHUTDOWN_GRACE_MS };
}
