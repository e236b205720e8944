// Loaded into every Node process that is measured (--import). On SIGUSR2 it writes the longest time for which the event
// loop did not turn, in milliseconds, into the file that BENCH_EVENT_LOOP_FILE names, and begins anew.
import { renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const file = process.env["BENCH_EVENT_LOOP_FILE"];
const resolutionMs = 5;
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  process.on("SIGUSR2", () => {
    // The timer by which it is measured waits one resolution even when nothing is late.
    const longestMs = Math.max(delay.max / 1e6 - resolutionMs, 0);
    delay.reset();
    writeFileSync(`${file}.new`, String(longestMs));
    renameSync(`${file}.new`, file);
  });
}
