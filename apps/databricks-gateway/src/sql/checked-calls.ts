import type { DBSQLClient } from "@databricks/sql";
import type { Again } from "../databricks/repeat-call.ts";
import type { RetryBudget } from "../databricks/retry-budget.ts";
import { CallFailure, isErrorStatus, StatusFailure, type ThriftStatus } from "./call-failure.ts";
import { harmless, repeatSqlCall } from "./repeat-sql-call.ts";

type Calls = Awaited<ReturnType<DBSQLClient["getDriver"]>>;

/** Calls that end or describe what exists already. Nobody minds if one of them comes twice. */
const repeatedCalls = [
  "getOperationStatus",
  "getResultSetMetadata",
  "cancelOperation",
  "closeOperation",
  "closeSession",
] as const;
const repeatMs = 10_000;

/** Fields that a successful reply must have. Without one, a result would look empty, or whole before its end. */
const required: Readonly<Record<string, readonly string[]>> = {
  openSession: ["sessionHandle"],
  executeStatement: ["operationHandle"],
  getOperationStatus: ["operationState"],
  getResultSetMetadata: ["schema"],
  fetchResults: ["results", "hasMoreRows"],
};

/**
 * Makes every call of the driver fail for a reply that does not say that it succeeded: with StatusFailure if Databricks
 * refused the call, else with CallFailure. The driver takes a status that is missing or says "still executing" for success
 * or for a defect. Calls that may run twice are repeated for ten seconds.
 */
export function checkCalls(calls: Calls, budget: RetryBudget): void {
  const methods = calls as unknown as Record<string, (request: unknown) => Promise<Reply>>;
  for (const name of ["openSession", "executeStatement", "fetchResults", ...repeatedCalls]) {
    const call = methods[name]?.bind(calls);
    if (call === undefined) throw new TypeError(`this version of @databricks/sql has no ${name}()`);
    const once = async (request: unknown) => checked(name, await call(request).catch(toFailure));
    const isRepeated = repeatedCalls.some((each) => each === name);
    methods[name] = isRepeated
      ? (request) =>
          repeatSqlCall(() => once(request), untilBack, { endsAt: performance.now() + repeatMs }, { budget })
      : once;
  }
}

/** Databricks goes on with the statement while it cannot be reached, so that is waited for. */
const untilBack: Again = (failure, attempt) => {
  const isAway = failure instanceof CallFailure && failure.kind === "not connected";
  return isAway ? "later" : harmless(failure, attempt);
};

type Absent = null | undefined;

/** Thrift returns null for an absent field. */
interface Reply {
  readonly status?: ThriftStatus | Absent;
  readonly directResults?:
    | Readonly<Record<string, { readonly status?: ThriftStatus | Absent } | Absent>>
    | Absent;
}

function checked(name: string, reply: Reply): Reply {
  checkStatus(name, reply.status);
  checkFields(name, reply);
  // Databricks accepted the statement; what came with that reply can have failed.
  for (const [part, direct] of Object.entries(reply.directResults ?? {})) {
    if (!isAbsent(direct)) checkStatus(part, direct.status);
  }
  // The first rows can come along.
  const { resultSet } = reply.directResults ?? {};
  if (!isAbsent(resultSet)) checkFields("fetchResults", resultSet);
  return reply;
}

function checkFields(name: string, reply: object): void {
  const absent = required[name]?.find((field) => isAbsent((reply as Record<string, unknown>)[field]));
  if (absent !== undefined) throw new CallFailure("unreadable", `the reply to ${name} has no ${absent}`);
}

const successes: ReadonlySet<unknown> = new Set([0, 1]);

function checkStatus(name: string, status: ThriftStatus | Absent): void {
  if (!isAbsent(status) && isErrorStatus(status)) throw new StatusFailure(name, status);
  const code = status?.statusCode;
  if (!successes.has(code))
    throw new CallFailure("unreadable", `the reply to ${name} has the status ${code}`);
}

function isAbsent(value: unknown): value is Absent {
  return value === null || value === undefined;
}

function toFailure(error: unknown): never {
  // The generated client rejects with a text if a reply has neither a result nor an exception.
  if (typeof error === "string") throw new CallFailure("unreadable", error);
  if (error instanceof Error && error.name === "TApplicationException") {
    throw new CallFailure("exception", error.message, { cause: error });
  }
  throw error;
}
