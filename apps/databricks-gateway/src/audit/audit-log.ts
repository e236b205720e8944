import { createHash } from "node:crypto";
import { formatVolumePath, type Target } from "@front-door/operations";
import { type Redactor, redactJson } from "@front-door/service-runtime";
import type { Principals } from "../auth/principals.ts";
import type { Authentication } from "../auth/workspace.ts";
import type { AuditConfig } from "../config/config.ts";
import { firstKeyword } from "../policy/reading-statement.ts";
import type { AuditSink } from "./audit-sink.ts";

const digestLength = 12;

export interface AuditLogParts {
  readonly config: AuditConfig;
  readonly sink: AuditSink;
  readonly principals: Principals;
  readonly redact: Redactor;
}

/** What an audit line is made of. Each field is set as soon as it is known. */
export interface AuditedRequest {
  requestId: string;
  /** By `performance.now()`. */
  readonly startedMs: number;
  op?: string;
  /** Who asked, as the program in front says. Undefined: a program on this machine. */
  caller?: string | undefined;
  /** The workspace that the request names. */
  workspace?: string | undefined;
  target?: Target;
  auth?: Authentication;
  status?: number;
  errorCode?: string;
  /** Of the file that was read or written. */
  bytes?: number;
}

/** One line for each operation: who asked for it, as whom it ran, on what, and how it ended. No line has a secret in it. */
export class AuditLog {
  readonly #parts: AuditLogParts;

  constructor(parts: AuditLogParts) {
    this.#parts = parts;
  }

  /** Writes nothing for a request that named no operation. */
  record(trace: AuditedRequest): void {
    const { op, auth, status = 499, errorCode } = trace;
    if (op === undefined) return;
    const { principals, redact, sink } = this.#parts;
    // Only what comes from outside can have a secret in it, and looking for one costs more than the rest of the line.
    const line = {
      log: "audit",
      time: new Date().toISOString(),
      request_id: redact(trace.requestId),
      caller: redact(trace.caller ?? "internal"),
      workspace:
        auth?.workspace.config.name ?? (trace.workspace === undefined ? null : redact(trace.workspace)),
      identity:
        auth === undefined ? null : { kind: auth.who.kind, principal: redact(principals.describe(auth.who)) },
      operation: op,
      target: trace.target === undefined ? null : redactJson(this.#describe(trace.target), redact),
      outcome: errorCode === undefined ? outcomeOf(status) : redact(outcomeOf(status, errorCode)),
      status,
      duration_ms: Math.round(performance.now() - trace.startedMs),
      ...(trace.bytes === undefined ? {} : { bytes: trace.bytes }),
    };
    sink.write(JSON.stringify(line));
  }

  #describe(target: Target): object | null {
    switch (target.kind) {
      case "nothing":
        return null;
      case "securable": {
        const { type, catalog, schema, name } = target;
        const names = [
          ["catalog", catalog],
          ["schema", schema],
          [type, name],
        ].filter(([, given]) => given !== undefined);
        return names.length === 0 ? null : (Object.fromEntries(names) as object);
      }
      case "path":
        return { path: formatVolumePath(target.path) };
      case "sql":
        return this.#describeSql(target);
      case "resource":
        return { [`${target.type}_id`]: target.id };
    }
  }

  /** The text and the values can be anybody's data, so they are kept only where the settings ask for it. */
  #describeSql({ sql, params }: Extract<Target, { kind: "sql" }>): object {
    const { config } = this.#parts;
    return {
      keyword: firstKeyword(sql) ?? null,
      sha256: createHash("sha256").update(sql).digest("hex").slice(0, digestLength),
      ...(config.sql ? { sql } : {}),
      ...(config.parameters && params !== undefined ? { parameters: params } : {}),
    };
  }
}

function outcomeOf(status: number, errorCode?: string): string {
  if (errorCode === "CANCELLED" || (errorCode === undefined && status === 499)) return "cancelled";
  return errorCode ?? "ok";
}
