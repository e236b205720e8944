import type { Logger } from "pino";
import { destination } from "pino";
import type { AuditConfig } from "../config/config.ts";
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
 * is not yet written, so audit lines wait only a fifth as long as those of the log.
 */
const laterMsMax = 10;
const gatheredBytes = 8 * 1024;

const nowhere: AuditSink = { write: () => undefined, close: async () => undefined };

/** Reports the lines that a file loses as errors in the log. The settings were checked: the file can be written. */
export function openAuditSink({ log, fileBytesMax, filesMax }: AuditConfig, logger: Logger): AuditSink {
  if (log === "off") return nowhere;
  if (log === "stdout") return standardOutput();
  return new RotatingFile({
    path: log,
    fileBytesMax,
    filesMax,
    onLost: (lines, { code }) => logger.error({ lines, code }, "audit lines could not be written"),
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
  // The gateway serves on when the reader is gone.
  stream.on("error", () => undefined);
  return {
    write: (line) => void stream.write(`${line}\n`),
    close: () => new Promise((resolve) => stream.flush(() => resolve())),
  };
}
