import { createHash } from "node:crypto";
import { formatVolumePath } from "@front-door/operations";
import { type Redactor, redactJson } from "@front-door/service-runtime";
import type { Authentication } from "../auth/authenticator.ts";
import type { Principals } from "../auth/principals.ts";
import type { AuditConfig } from "../config/config.ts";
import type { Reach } from "../policy/reach.ts";
import { firstKeyword } from "../policy/reading-statement.ts";
import type { AuditSink } from "./audit-sink.ts";

const digestLength = 12;

export interface AuditLogParts {
  readonly config: AuditConfig;
  readonly sink: AuditSink;
  readonly principals: Principals;
  readonly redact: Redactor;
}

/** What an audit line is made of; each field is set as soon as it is known. */
export interface AuditedRequest {
  requestId: string;
  /** By `performance.now()`. */
  readonly startedMs: number;
  op?: string;
  /** Who asked, as the program in front says; undefined: a program on this machine. */
  caller?: string | undefined;
  /** The workspace by the name in the request. */
  workspace?: string | undefined;
  reach?: Reach;
  auth?: Authentication;
  status?: number;
  errorCode?: string;
  /** Of the file that was read or written. */
  bytes?: number;
}

/** One line for each operation that was asked for: who, as whom, what, on what, and how it ended. No line has a secret. */
export class AuditLog {
  readonly #parts: AuditLogParts;

  constructor(parts: AuditLogParts) {
    this.#parts = parts;
  }

  /** Without effect for a request that named no operation. */
  record(trace: AuditedRequest): void {
    const { op, auth, status = 499, errorCode } = trace;
    if (op === undefined) return;
    const { principals, redact, sink } = this.#parts;
    // Only what comes from outside can have a secret in it; to look for one costs more than all the rest of the line.
    const line = {
      log: "audit",
      time: new Date().toISOString(),
      request_id: redact(trace.requestId),
      caller: redact(trace.caller ?? "internal"),
      workspace:
        auth?.workspace.config.name ?? (trace.workspace === undefined ? null : redact(trace.workspace)),
      identity:
        auth === undefined ? null : { kind: auth.identity, principal: redact(principals.describe(auth.who)) },
      operation: op,
      target: trace.reach === undefined ? null : redactJson(this.#target(trace.reach), redact),
      outcome: errorCode === undefined ? outcomeOf(status) : redact(outcomeOf(status, errorCode)),
      status,
      duration_ms: Math.round(performance.now() - trace.startedMs),
      ...(trace.bytes === undefined ? {} : { bytes: trace.bytes }),
    };
    sink.write(JSON.stringify(line));
  }

  #target(reach: Reach): object | null {
    switch (reach.kind) {
      case "nothing":
      case "catalogs":
        return null;
      case "path":
        return { path: formatVolumePath(reach.path) };
      case "statement":
        return { statement_id: reach.statementId };
      case "sql":
        return this.#statement(reach);
      default: {
        const { kind: _kind, ...names } = reach;
        return names;
      }
    }
  }

  /** Text and values can be anybody's data, so what is kept of them is asked for in the settings. */
  #statement({ sql, params }: Extract<Reach, { kind: "sql" }>): object {
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
