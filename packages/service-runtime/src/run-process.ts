import type { Logger } from "pino";
import { ConfigError } from "./config-error.ts";
import { describeError, stackOf } from "./describe-error.ts";
import type { Redactor } from "./redact.ts";
import type { StopTimes } from "./stop-settings.ts";

/** After `badSetting` it is useless to start the process again. */
export const exitCodes = { stopped: 0, failed: 1, badSetting: 2 } as const;

/** Runs `start`. If it throws a {@link ConfigError}, the process writes its lines to stderr and exits with 2. */
export async function startProcess(start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(exitCodes.badSetting);
  }
}

export interface EndOptions {
  readonly logger: Logger;
  readonly redact: Redactor;
  readonly times: StopTimes;
  /** Called at once: from now on the process is not ready. */
  readonly drain: () => void;
  /** Stops taking requests, and resolves when the running ones are done. */
  readonly close: () => Promise<void>;
}

/**
 * Shuts the process down on SIGTERM and SIGINT: it serves everything for the time to drain, and exits with 0 once `close` is
 * done or the grace is over, and at once on a second signal. When the start script is gone, it does not drain. An uncaught
 * error is logged, and the process exits with 1.
 */
export function endInOrder({ logger, redact, times, drain, close }: EndOptions): void {
  let closing = false;
  const closeInTime = () => {
    setTimeout(() => process.exit(exitCodes.stopped), times.graceMs).unref();
    close().then(() => process.exit(exitCodes.stopped), fail("shutting down failed"));
  };
  const end = (reason: string, drainMs: number) => {
    if (closing) return;
    closing = true;
    logger.info({ signal: reason, drain_ms: drainMs }, "shutting down");
    drain();
    if (drainMs === 0) closeInTime();
    else setTimeout(closeInTime, drainMs);
  };
  // Node would print the whole error object, which can hold requests and tokens.
  const fail = (what: string) => (error: unknown) => {
    logger.fatal({ cause: describeError(error, redact), stack: stackOf(error) }, what);
    process.exit(exitCodes.failed);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      // A second signal is from someone who does not want to wait.
      if (closing) process.exit(exitCodes.stopped);
      end(signal, times.drainMs);
    });
  }
  // The start script is gone, and nobody else would stop this process.
  process.once("disconnect", () => end("disconnect", 0));
  process.on("uncaughtException", fail("uncaught exception"));
  process.on("unhandledRejection", fail("unhandled rejection"));
}
