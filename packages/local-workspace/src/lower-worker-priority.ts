import { readdirSync, readFileSync } from "node:fs";
import { constants, setPriority } from "node:os";

const ownThreads = "/proc/self/task";

/**
 * Lets the event loop, and the other processes of this machine, go first: DuckDB computes on libuv's threads and on
 * those that it starts from them, which inherit their priority. Without it a few heavy statements delay each call, and
 * a cancel too, by seconds. Linux alone has a priority for each thread; elsewhere nothing happens.
 */
export function lowerWorkerPriority(): void {
  if (process.platform !== "linux") return;
  for (const thread of readdirSync(ownThreads)) {
    try {
      const isWorker = readFileSync(`${ownThreads}/${thread}/comm`, "latin1").startsWith("libuv-worker");
      if (isWorker) setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended meanwhile, or the system does not let us: it stays as it is.
    }
  }
}
