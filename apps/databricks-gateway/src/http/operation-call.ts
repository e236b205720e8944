import {
  definitionOf,
  isOperationName,
  OperationError,
  type OperationName,
  operations,
  type RunRequest,
  toInvalidParameterError,
} from "@front-door/operations";
import type { Authentication } from "../auth/workspace.ts";
import type { Workspaces } from "../auth/workspaces.ts";
import { checkIdentityAllowed, checkOperationAllowed, checkTarget } from "../policy/check-policy.ts";
import type { Policy } from "../policy/policy.ts";
import { Deadline } from "./deadline.ts";
import type { RequestTrace } from "./request-trace.ts";

export interface CallLimits {
  /** In place of every definition's own `timeoutMs`; for tests. */
  readonly timeoutMs?: number;
  /** How long the sender of an upload may send nothing, and the reader of a download take nothing. */
  readonly callerIdleMs: number;
}

export interface CallChecks {
  readonly workspaces: Workspaces;
  readonly policy: Policy;
  readonly limits: CallLimits;
}

/** One operation that may run: its parameters, its identity and the policy were checked. */
export interface OperationCall {
  readonly name: OperationName;
  readonly params: unknown;
  readonly auth: Authentication;
  /** Has started. */
  readonly deadline: Deadline;
}

/** Checks all that can be checked without a call to Databricks, and notes it in `trace`. Throws OperationErrors. */
export function openCall(
  name: OperationName,
  request: RunRequest,
  trace: RequestTrace,
  { workspaces, policy, limits }: CallChecks,
): OperationCall {
  trace.workspace = request.workspace;
  const params = checkParams(name, request);
  const target = definitionOf(name).target(params);
  trace.target = target;
  checkOperationAllowed(policy, name);
  const auth = workspaces.authenticate(request);
  trace.auth = auth;
  checkIdentityAllowed(policy, name, auth.who.kind === "user");
  checkTarget(policy, name, target);
  const deadline = new Deadline(limits.timeoutMs ?? timeoutMsOf(name, params), limits.callerIdleMs);
  trace.deadline = deadline;
  return { name, params, auth, deadline };
}

/** The operation of this name, if its request may come so. Throws UNKNOWN_OPERATION or UNSUPPORTED_MEDIA_TYPE. */
export function checkOperation(op: string, isUpload: boolean): OperationName {
  if (!isOperationName(op)) {
    throw new OperationError("UNKNOWN_OPERATION", `There is no operation "${op}".`);
  }
  if ((operations[op].transfer === "upload") !== isUpload) {
    const type = isUpload ? "application/json" : "application/octet-stream, with the request in a header";
    throw new OperationError("UNSUPPORTED_MEDIA_TYPE", `The content type of ${op} must be ${type}.`);
  }
  return op;
}

/** The operation's own limit, or the one that the caller set for this call. */
function timeoutMsOf(name: OperationName, params: unknown): number {
  const given = (params as { readonly timeout_ms?: unknown }).timeout_ms;
  return typeof given === "number" ? given : operations[name].timeoutMs;
}

function checkParams(name: OperationName, { params }: RunRequest): Record<string, unknown> {
  const parsed = operations[name].params.safeParse(params);
  if (!parsed.success) throw toInvalidParameterError(parsed.error);
  return parsed.data;
}
