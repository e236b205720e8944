import { createHash } from "node:crypto";
import { firstKeyword, formatVolumePath, type Target } from "@front-door/operations";
import { type Redactor, redactJson } from "@front-door/service-runtime";
import type { Principals } from "../auth/principals.ts";
import type { Authentication } from "../auth/workspace.ts";
import type { AuditConfig } from "../config/config.ts";
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
  readonly requestId: string;
  /** From `performance.now()`. */
  readonly startedMs: number;
  op?: string;
  /** Who calls, as the front door says. Undefined: a program on this machine. */
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

/**
 * Returns what writes one line for each operation: who called, as whom it ran, on what, and how it ended. No line has a
 * secret in it. A request that names no operation has no line.
 */
export function auditRecorder({ config, sink, principals, redact }: AuditLogParts) {
  return (request: AuditedRequest): void => {
    const { op, auth, status = 499, errorCode, target } = request;
    if (op === undefined) return;
    // Redacting costs more than the rest of the line, so only text from outside is redacted.
    const line = {
      log: "audit",
      time: new Date().toISOString(),
      request_id: redact(request.requestId),
      caller: redact(request.caller ?? "internal"),
      workspace: auth?.workspace.config.name ?? (request.workspace ? redact(request.workspace) : null),
      identity: auth ? { kind: auth.who.kind, principal: redact(principals.describe(auth.who)) } : null,
      operation: op,
      target: target ? redactJson(describeTarget(target, config), redact) : null,
      outcome: errorCode === undefined ? outcomeOf(status) : redact(outcomeOf(status, errorCode)),
      status,
      duration_ms: Math.round(performance.now() - request.startedMs),
      bytes: request.bytes,
    };
    sink.write(JSON.stringify(line));
  };
}

function describeTarget(target: Target, config: AuditConfig): object | null {
  switch (target.kind) {
    case "nothing":
      return null;
    case "securable": {
      const { type, catalog, schema, name } = target;
      return catalog === undefined && name === undefined ? null : { catalog, schema, [type]: name };
    }
    case "path":
      return { path: formatVolumePath(target.path) };
    case "sql":
      return {
        keyword: firstKeyword(target.sql) ?? null,
        sha256: createHash("sha256").update(target.sql).digest("hex").slice(0, digestLength),
        // They can be anybody's data, so they are written only where the settings ask for them.
        sql: config.sql ? target.sql : undefined,
        parameters: config.parameters ? target.params : undefined,
      };
    case "resource":
      return { [`${target.type}_id`]: target.id };
  }
}

function outcomeOf(status: number, errorCode?: string): string {
  if (errorCode === "CANCELLED" || (errorCode === undefined && status === 499)) return "cancelled";
  return errorCode ?? "ok";
}
