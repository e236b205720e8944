import {
  definitionOf,
  isOperationName,
  OperationError,
  type OperationName,
  operations,
  type RunRequest,
  toInvalidParameterError,
} from "@front-door/operations";
import type { Authentication, Authenticator } from "../auth/authenticator.ts";
import type { Principals } from "../auth/principals.ts";
import type { Handlers, OperationContext, UploadContext } from "../operations/handler.ts";
import { checkIdentityAllowed, checkOperationAllowed, checkTarget } from "../policy/check-policy.ts";
import type { Policy } from "../policy/policy.ts";
import { Deadline } from "./deadline.ts";
import type { RequestTrace } from "./request-trace.ts";

export interface RunLimits {
  /** In place of every definition's own `timeoutMs`; for tests. */
  readonly timeoutMs?: number;
  /** How long the sender of an upload may send nothing, and the reader of a download take nothing. */
  readonly callerIdleMs: number;
}

/** What every operation is run with, whichever way its request came. */
export interface RunParts {
  readonly authenticator: Authenticator;
  readonly principals: Principals;
  readonly policy: Policy;
  readonly handlers: Handlers;
  readonly limits: RunLimits;
}

type AnyHandler = (params: unknown, context: OperationContext & Partial<UploadContext>) => Promise<object>;

/** How the request came, which says how the operation may send and take bytes. */
type Way = "json" | "upload" | "call";

/** One operation that may run: its request, its identity and the policy were checked. */
export interface OperationCall {
  readonly name: OperationName;
  readonly params: unknown;
  readonly auth: Authentication;
  /** Has begun; to be ended when the operation is over. */
  readonly deadline: Deadline;
}

/** Checks all that can be checked without a call to Databricks, and notes it in `trace`. Throws OperationErrors. */
export function openCall(
  name: OperationName,
  request: RunRequest,
  trace: RequestTrace,
  { authenticator, policy, limits }: RunParts,
): OperationCall {
  trace.workspace = request.workspace;
  const params = checkParams(name, request);
  const target = definitionOf(name).target(params);
  trace.target = target;
  checkOperationAllowed(policy, name);
  const auth = authenticator.authenticate(request);
  trace.auth = auth;
  checkIdentityAllowed(policy, name, auth.identity === "user");
  checkTarget(policy, name, target);
  const deadline = new Deadline(limits.timeoutMs ?? timeoutMsOf(name, params), limits.callerIdleMs);
  return { name, params, auth, deadline };
}

/** The operation itself. To be called as its identity; the result is not yet checked against the contract. */
export async function callHandler(
  { name, params, auth, deadline }: OperationCall,
  { handlers, policy, principals }: RunParts,
  extra: Partial<UploadContext> = {},
): Promise<object> {
  // The map is typed for each name; which one this is, is known only now.
  const handler = handlers[name] as unknown as AnyHandler;
  const result = await handler(params, { ...extra, signal: deadline.signal, policy });
  if (name === "me") principals.learn(auth.who, (result as { userName?: unknown }).userName);
  principals.accepted(auth.who);
  return result;
}

/** The operation of this name, if it can be asked for in this way. Throws UNKNOWN_OPERATION or UNSUPPORTED_MEDIA_TYPE. */
export function checkOperation(op: string, way: Way): OperationName {
  if (!isOperationName(op)) {
    throw new OperationError("UNKNOWN_OPERATION", `There is no operation "${op}".`);
  }
  const { transfer } = operations[op];
  if (way === "call" && transfer !== "json") {
    throw new OperationError("UNSUPPORTED_MEDIA_TYPE", `${op} is no call: it takes POST /run.`);
  }
  if (way !== "call" && (transfer === "upload") !== (way === "upload")) {
    const type =
      way === "upload" ? "application/json" : "application/octet-stream, with the request in a header";
    throw new OperationError("UNSUPPORTED_MEDIA_TYPE", `The content type of ${op} is ${type}.`);
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
