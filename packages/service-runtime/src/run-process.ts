import type { Logger } from "pino";
import { ConfigError } from "./config-error.ts";
import { describeError, stackOf } from "./describe-error.ts";
import type { Redactor } from "./redact.ts";

/** With `badSetting` it is of no use to start the process again. */
export const exitCodes = { stopped: 0, failed: 1, badSetting: 2 } as const;

/** Runs what starts a process. A {@link ConfigError} ends it with its lines on standard error and exit code 2. */
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
  /** Takes nothing new and resolves when what is running is done. */
  readonly close: () => Promise<void>;
}

/** What is running may take so long to end; container runtimes kill ten seconds after SIGTERM. */
const closeGraceMs = 8_000;

/**
 * Ends the process in order: on SIGTERM, on SIGINT, and when the start script is gone. It exits with 0 once `close` is
 * done or its time is over, and at once on a second signal. An error that nobody caught is logged and exits with 1.
 */
export function endInOrder({ logger, redact, close }: EndOptions): void {
  let closing = false;
  const end = (reason: string) => {
    if (closing) return;
    closing = true;
    logger.info({ signal: reason }, "shutting down");
    setTimeout(() => process.exit(exitCodes.stopped), closeGraceMs).unref();
    close().then(() => process.exit(exitCodes.stopped), fail("shutting down failed"));
  };
  // Node would print the error object, with everything that hangs on it.
  const fail = (what: string) => (error: unknown) => {
    logger.fatal({ cause: describeError(error, redact), stack: stackOf(error) }, what);
    process.exit(exitCodes.failed);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      // A second signal is from someone who does not want to wait.
      if (closing) process.exit(exitCodes.stopped);
      end(signal);
    });
  }
  // The start script is gone, however it ended: without it nobody would stop this process.
  process.once("disconnect", () => end("disconnect"));
  process.on("uncaughtException", fail("uncaught exception"));
  process.on("unhandledRejection", fail("unhandled rejection"));
}
