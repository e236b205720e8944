import { openSync } from "node:fs";
import { ConfigError } from "@front-door/service-runtime";
import type { Logger } from "pino";
import { destination } from "pino";
import type { AuditConfig } from "../config/config.ts";
import { unwritableAuditLog } from "../config/unusable-paths.ts";
import { RotatingFile } from "./rotating-file.ts";

/** Where audit lines go. */
export interface AuditSink {
  /** Takes one line, without its end, and returns at once. */
  write(line: string): void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/**
 * A system call for each line is a tenth of the CPU of a small operation. What is not written at a SIGKILL is lost, so
 * these lines wait for each other a fifth of the time that those of the log do.
 */
const laterMsMax = 10;
const gatheredBytes = 8 * 1024;

const nowhere: AuditSink = { write: () => undefined, close: async () => undefined };

/** Throws a {@link ConfigError} for a file that cannot be written. Lines that are lost later are errors in the log. */
export function openAuditSink({ log, fileBytesMax, filesMax }: AuditConfig, logger: Logger): AuditSink {
  if (log === "off") return nowhere;
  if (log === "stdout") return standardOutput();
  try {
    return new RotatingFile({
      file: log,
      fileBytesMax,
      filesMax,
      descriptor: openSync(log, "a+", 0o600),
      onLost: (lines, error) =>
        logger.error({ lines, code: codeOf(error) }, "audit lines could not be written"),
    });
  } catch (error) {
    throw new ConfigError(`AUDIT_LOG ${unwritableAuditLog(codeOf(error))}`);
  }
}

/** Not by way of `process.stdout`: it can block the process for as long as nobody reads. */
function standardOutput(): AuditSink {
  const stream = destination({ dest: 1, sync: false, minLength: gatheredBytes });
  setInterval(() => stream.flush(), laterMsMax).unref();
  // Whoever read the output may be gone: no reason to stop serving.
  stream.on("error", () => undefined);
  const flush = () => {
    try {
      stream.flushSync();
    } catch {
      // Not open yet, so nothing is lost.
    }
  };
  process.on("exit", flush);
  return {
    write: (line) => void stream.write(`${line}\n`),
    close: async () => {
      process.off("exit", flush);
      await new Promise<void>((resolve) => {
        stream.flush(() => resolve());
      });
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
