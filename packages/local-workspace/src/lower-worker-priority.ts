import { readdirSync, readFileSync } from "node:fs";
import { constants, setPriority } from "node:os";

const ownThreads = "/proc/self/task";

/**
 * Gives the event loop, and the other processes on this machine, priority over DuckDB, which computes on libuv's threads
 * and on threads that inherit their priority. Without it a few heavy statements delay every call, even a cancel, by
 * seconds. Only Linux has priorities per thread; elsewhere this does nothing.
 */
export function lowerWorkerPriority(): void {
  if (process.platform !== "linux") return;
  for (const thread of readdirSync(ownThreads)) {
    try {
      const isWorker = readFileSync(`${ownThreads}/${thread}/comm`, "latin1").startsWith("libuv-worker");
      if (isWorker) setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // The thread has ended meanwhile, or the system does not permit it.
    }
  }
}
