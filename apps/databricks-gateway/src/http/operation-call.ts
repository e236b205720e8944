import {
  definitionOf,
  isOperationName,
  meantBy,
  neededOperations,
  OperationError,
  type OperationName,
  operations,
  parseParameters,
  type RunRequest,
} from "@front-door/operations";
import { checkCall, checkOperationAllowed, type Policy } from "@front-door/policy";
import { isCallers } from "../auth/identity.ts";
import type { Authentication } from "../auth/workspace.ts";
import type { Workspaces } from "../auth/workspaces.ts";
import type { CallerPolicies } from "./caller-policies.ts";
import { Deadline } from "./deadline.ts";
import type { RequestTrace } from "./request-trace.ts";

export interface CallLimits {
  /** Overrides every definition's own `timeoutMs`; for tests. */
  readonly timeoutMs?: number;
  /** How long the sender of an upload may pause, and the reader of a download. */
  readonly callerIdleMs: number;
  /** Overrides what rows may have at most; for tests. */
  readonly rowBytesMax?: number;
}

export interface CallChecks {
  readonly workspaces: Workspaces;
  readonly policies: CallerPolicies;
  readonly limits: CallLimits;
}

/** An operation that may run: its parameters, its identity and the policy are checked, and its deadline has started. */
export interface OperationCall {
  readonly name: OperationName;
  readonly params: unknown;
  readonly auth: Authentication;
  /** What it must be within: the installation's policy, and that of the caller's rule. */
  readonly policies: readonly Policy[];
  readonly deadline: Deadline;
}

/** Parameters that mean the same in every operation that has them. */
interface CommonParams {
  readonly warehouse_id?: string;
  /** The limit that the caller sets for its own call. */
  readonly timeout_ms?: number;
}

/** Checks all that can be checked without a call to Databricks, and records it in `trace`. Throws OperationErrors. */
export async function openCall(
  request: RunRequest,
  isUpload: boolean,
  trace: RequestTrace,
  { workspaces, policies: policiesOf, limits }: CallChecks,
): Promise<OperationCall> {
  const name = knownOperation(request.op, isUpload);
  trace.op = name;
  trace.workspace = request.workspace;
  const definition = definitionOf(name);
  const params = parseParameters(definition.params, request.params);
  const target = definition.target(params);
  trace.target = target;
  checkOperationAllowed(policiesOf.installation, name);
  const auth = await workspaces.authenticate(request);
  trace.auth = auth;
  const { warehouse_id: id, timeout_ms = definition.timeoutMs } = params as CommonParams;
  const warehouseIds = definition.usesAnyWarehouse ? warehouseIdsIn(params) : id === undefined ? [] : [id];
  const policies = policiesOf.of(trace, auth.who);
  const needed = neededOperations(name, params);
  for (const policy of policies) {
    checkCall(policy, { name, target, asCaller: isCallers(auth.who), warehouseIds, needed });
  }
  const deadline = new Deadline(limits.timeoutMs ?? timeout_ms, limits.callerIdleMs, trace.timeoutMs);
  trace.deadline = deadline;
  return { name, params, auth, policies, deadline };
}

/** The warehouses that the parameters name, however deep: a task of a job has its own. */
function warehouseIdsIn(params: unknown): string[] {
  if (typeof params !== "object" || params === null) return [];
  return Object.entries(params).flatMap(([name, value]: [string, unknown]) =>
    name === "warehouse_id" && typeof value === "string" ? [value] : warehouseIdsIn(value),
  );
}

/** `op`. Throws UNKNOWN_OPERATION, or UNSUPPORTED_MEDIA_TYPE for an operation that is called with the other content type. */
function knownOperation(op: string, isUpload: boolean): OperationName {
  if (!isOperationName(op)) {
    const meant = meantBy(op, Object.keys(operations)) || ".";
    throw new OperationError(
      "UNKNOWN_OPERATION",
      `Unknown operation "${op}"${meant} GET /operations lists them.`,
    );
  }
  if ((operations[op].transfer === "upload") !== isUpload) {
    const type = isUpload ? "application/json" : "application/octet-stream, with the request in a header";
    throw new OperationError("UNSUPPORTED_MEDIA_TYPE", `The content type of ${op} must be ${type}.`);
  }
  return op;
}
