import { closeSync, openSync } from "node:fs";
import { ConfigError } from "@front-door/service-runtime";
import type { Logger } from "pino";
import { destination } from "pino";
import type { AuditConfig } from "../config/config.ts";
import { unwritableAuditLog } from "../config/unusable-paths.ts";
import { RotatingFile } from "./rotating-file.ts";

/** Where audit lines go. */
export interface AuditSink {
  /** Takes one line, without its newline, and returns at once. */
  write(line: string): void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/**
 * A system call for each line costs a tenth of the CPU of a small operation, so lines are gathered. A SIGKILL loses what
 * is not yet written, so these wait only a fifth as long as the lines of the log.
 */
const laterMsMax = 10;
const gatheredBytes = 8 * 1024;

const nowhere: AuditSink = { write: () => undefined, close: async () => undefined };

/** Throws a {@link ConfigError} for a file that cannot be written. Lines lost later are errors in the log. */
export function openAuditSink({ log, fileBytesMax, filesMax }: AuditConfig, logger: Logger): AuditSink {
  if (log === "off") return nowhere;
  if (log === "stdout") return standardOutput();
  try {
    closeSync(openSync(log, "a+", 0o600));
  } catch (error) {
    throw new ConfigError(`AUDIT_LOG ${unwritableAuditLog(codeOf(error))}`);
  }
  return new RotatingFile({
    path: log,
    fileBytesMax,
    filesMax,
    onLost: (lines, error) =>
      logger.error({ lines, code: codeOf(error) }, "audit lines could not be written"),
  });
}

/** Not through `process.stdout`, which can block the process while nobody reads. pino writes the rest at exit. */
function standardOutput(): AuditSink {
  const stream = destination({
    dest: 1,
    sync: false,
    minLength: gatheredBytes,
    periodicFlush: laterMsMax,
  });
  // A reader that is gone is no reason to stop serving.
  stream.on("error", () => undefined);
  return {
    write: (line) => void stream.write(`${line}\n`),
    close: () => new Promise((resolve) => stream.flush(() => resolve())),
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
