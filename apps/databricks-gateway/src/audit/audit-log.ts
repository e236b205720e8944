import { createHash, randomUUID } from "node:crypto";
import {
  type FrontDoorOperation,
  firstKeyword,
  formatVolumePath,
  frontDoorOperations,
  isOperationName,
  isSessionOperation,
  OperationError,
  type OperationName,
  operations,
  type SessionOperation,
  type SignInMode,
  type Target,
  type TokenUsage,
  whyNotReading,
} from "@front-door/operations";
import { codeOf, type Redactor, type RequestSpan, redactJson } from "@front-door/service-runtime";
import type { Principals } from "../auth/principals.ts";
import type { Authentication } from "../auth/workspace.ts";
import type { AuditConfig } from "../config/config.ts";
import { untilAborted } from "../databricks/until-aborted.ts";
import type { AuditSink } from "./audit-sink.ts";

const digestLength = 12;
/** A disk that takes longer counts as one that cannot be written. */
const diskMsMax = 5_000;
const retryAfterSeconds = 5;

export interface AuditLogParts {
  readonly config: AuditConfig;
  readonly sink: AuditSink;
  readonly principals: Principals;
  readonly redact: Redactor;
}

/** What an audit line is made of. Each field is set as soon as it is known. */
export interface AuditedRequest {
  readonly requestId: string;
  /** Where traces are exported. */
  readonly span?: RequestSpan | undefined;
  /** Set with its first line. A caller may choose the request id, so only this tells that two lines belong together. */
  auditId?: string;
  /** From `performance.now()`. */
  readonly startedMs: number;
  op?: OperationName | FrontDoorOperation | SessionOperation;
  /** Who calls, as the front door says. Undefined: a program on this machine. */
  caller?: string | undefined;
  /** How the caller signed in, as the front door says. */
  callerMode?: SignInMode | undefined;
  /** The groups that the caller is in, as the front door says. */
  callerGroups?: readonly string[] | undefined;
  /** The workspace that the request names. */
  workspace?: string | undefined;
  target?: Target;
  auth?: Authentication;
  status?: number;
  errorCode?: string;
  /** Set if it failed and may have taken effect all the same. */
  effect?: "unknown" | undefined;
  /** Of the file that was read or written. */
  bytes?: number;
  /** Those that a model took. */
  tokens?: TokenUsage;
  /** Set for an operation with two lines: {@link AuditLog.settle} writes the last one. */
  phase?: "begun" | "refused" | "settled";
}

/**
 * Writes a line for each operation when it has ended: who called, as whom it ran, on what, and how it ended. Where lines
 * are durable, an operation that may change something has two, and each is on the disk before what follows it: one before
 * the operation starts, one before the last byte of its reply. No line has a secret in it. A request that names no
 * operation has no line.
 */
export class AuditLog {
  readonly #parts: AuditLogParts;

  constructor(parts: AuditLogParts) {
    this.#parts = parts;
  }

  /** To be called before an operation runs. Throws AUDIT_UNAVAILABLE if a line that it must have cannot be written. */
  async begin(request: AuditedRequest): Promise<void> {
    const { durable } = this.#parts.sink;
    if (durable === undefined || !mayChange(request)) return;
    request.phase = "begun";
    try {
      await orUnavailable(durable.append(this.#line(request, { outcome: "started" })));
    } catch (error) {
      request.phase = "refused";
      throw error;
    }
  }

  /**
   * To be called when an operation has ended, before its reply has. The operation has had its effect, so a line that cannot
   * be written does not change the reply: it is an error in the log, and the next operation is refused.
   */
  async settle(request: AuditedRequest, status: number): Promise<void> {
    const { sink } = this.#parts;
    const { phase } = request;
    if (phase === undefined || phase === "settled") return;
    request.phase = "settled";
    const line = this.#lastLine(request, status);
    if (phase === "refused" || sink.durable === undefined) sink.write(line);
    else await orUnavailable(sink.durable.append(line)).catch(() => undefined);
  }

  /** To be called once for every request, when its reply is sent or its connection gone. */
  end(request: AuditedRequest): void {
    if (request.op === undefined || request.phase !== undefined) return;
    this.#parts.sink.write(this.#lastLine(request, request.status ?? 499));
  }

  /** Throws AUDIT_UNAVAILABLE while operations that change something would be refused. */
  async check(): Promise<void> {
    const { durable } = this.#parts.sink;
    if (durable !== undefined) await orUnavailable(durable.check());
  }

  #lastLine(request: AuditedRequest, status: number): string {
    const { errorCode, effect, startedMs, bytes, tokens } = request;
    return this.#line(request, {
      outcome: errorCode === undefined ? outcomeOf(status) : this.#parts.redact(outcomeOf(status, errorCode)),
      effect,
      status,
      duration_ms: Math.round(performance.now() - startedMs),
      bytes,
      tokens,
    });
  }

  #line(request: AuditedRequest, end: object): string {
    const { config, principals, redact } = this.#parts;
    const { requestId, span, caller, callerMode, workspace, auth, op, target } = request;
    request.auditId ??= randomUUID();
    // Redacting costs more than the rest of the line, so only text from outside is redacted.
    return JSON.stringify({
      log: "audit",
      time: new Date().toISOString(),
      audit_id: request.auditId,
      request_id: redact(requestId),
      trace_id: span?.traceId,
      caller: redact(caller ?? "internal"),
      caller_kind: kindOf(caller),
      caller_mode: callerMode,
      workspace: auth?.workspace.config.name ?? (workspace ? redact(workspace) : null),
      identity: auth ? { kind: auth.who.kind, principal: redact(principals.describe(auth.who)) } : null,
      operation: op,
      target: target ? redactJson(describeTarget(target, config), redact) : null,
      ...end,
    });
  }
}

/** By the exact name: nobody can sign in as `anonymous` or `internal`, but as somebody whose name looks the same. */
function kindOf(caller = "internal"): "signed-in" | "anonymous" | "internal" {
  return caller === "anonymous" || caller === "internal" ? caller : "signed-in";
}

function mayChange({ op, target }: AuditedRequest): boolean {
  // A session changes nothing at Databricks, and a full disk must not keep people from signing out.
  if (op === undefined || isSessionOperation(op)) return false;
  const kind = isOperationName(op) ? operations[op].kind : frontDoorOperations[op];
  if (kind === "query") return false;
  return target?.kind !== "sql" || whyNotReading(target.sql) !== undefined;
}

async function orUnavailable(written: Promise<void>): Promise<void> {
  try {
    await untilAborted(written, AbortSignal.timeout(diskMsMax));
  } catch (cause) {
    const why = cause instanceof DOMException ? "the disk does not answer" : codeOf(cause);
    throw new OperationError(
      "AUDIT_UNAVAILABLE",
      `The gateway's audit log cannot be written (${why}). Until it can, operations that may change data are refused.`,
      { surelyNotRun: true, retryAfterSeconds, cause },
    );
  }
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
    case "copy":
      return {
        source_path: formatVolumePath(target.source),
        destination_path: formatVolumePath(target.destination),
      };
    case "sql":
      return {
        keyword: firstKeyword(target.sql) ?? null,
        sha256: createHash("sha256").update(target.sql).digest("hex").slice(0, digestLength),
        // They can be anybody's data, so they are written only where the settings ask for them.
        sql: config.sql ? target.sql : undefined,
        parameters: config.parameters ? target.params : undefined,
      };
    case "resource":
      return { [target.key ?? `${target.type}_id`]: target.id, ...target.parts };
  }
}

function outcomeOf(status: number, errorCode?: string): string {
  if (errorCode === "CANCELLED" || (errorCode === undefined && status === 499)) return "cancelled";
  return errorCode ?? "ok";
}
