import { channel } from "node:diagnostics_channel";
import { logOutput } from "@front-door/service-runtime";
import type { Logger } from "pino";
import type { AuditConfig } from "../config/config.ts";
import { RotatingFile } from "./rotating-file.ts";

/** Where audit lines go. */
export interface AuditSink {
  /** Takes one line, without its newline, and returns at once. */
  write(line: string): void;
  /** Where lines are durable, the same and more. */
  readonly durable?: DurableSink;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

interface DurableSink {
  /** Resolves when the line is on the disk, and rejects if it cannot be. */
  append(line: string): Promise<void>;
  /** Rejects if a line could not be written now. */
  check(): Promise<void>;
}

/** Told of how many lines were lost, whenever some are. */
export const auditLoss = channel("front-door:audit-lines-lost");

/** A SIGKILL loses what is not yet written, so audit lines wait only a fifth as long as those of the log. */
const laterMsMax = 10;

const nowhere: AuditSink = { write: () => undefined, close: async () => undefined };

/** Reports the lines that a file loses as errors in the log. The settings were checked: the file can be written. */
export function openAuditSink(config: AuditConfig, logger: Logger): AuditSink {
  const { log, fileBytesMax, filesMax, durability } = config;
  if (log === "off") return nowhere;
  if (log === "stdout") return standardOutput();
  const file = new RotatingFile({
    path: log,
    fileBytesMax,
    filesMax,
    onLost(lines, { code }) {
      logger.error({ lines, code }, "audit lines could not be written");
      auditLoss.publish(lines);
    },
    gapLine: (lines) => JSON.stringify({ log: "audit", time: new Date().toISOString(), lost_lines: lines }),
  });
  return {
    write: (line) => file.write(line),
    close: () => file.close(),
    ...(durability === "strict" && {
      durable: { append: (line) => file.append(line), check: () => file.check() },
    }),
  };
}

/** Not through `process.stdout`, which can block the process while nobody reads. */
function standardOutput(): AuditSink {
  const output = logOutput();
  const timer = setInterval(() => output.flush(), laterMsMax).unref();
  return {
    write: (line) => void output.write(`${line}\n`),
    close: () => {
      clearInterval(timer);
      return new Promise((resolve) => output.flush(() => resolve()));
    },
  };
}
