import { OperationError } from "@front-door/operations";
import {
  type Again,
  type FailedAttempt,
  type Patience,
  type RetryReason,
  reasonOfStatus,
  repeatCall,
} from "../databricks/repeat-call.ts";
import { retryAfterMs } from "../databricks/retry-after.ts";
import type { RetryBudget } from "../databricks/retry-budget.ts";
import { CallFailure, httpStatusOf, StatusFailure } from "./call-failure.ts";
import { isOwnError } from "./statement-error.ts";
import {
  isRefusal,
  isSessionLost,
  isSurelyRefused,
  isWarehouseDeleted,
  isWarehouseStarting,
} from "./warehouse-state.ts";

const attemptsMax = 3;
/** Without it, Databricks may be asked again so soon, whatever it says. */
const retryAfterMsMin = 200;

/**
 * {@link repeatCall} for a call of the driver. While the budget is empty it waits, since the caller waits for a warehouse, or
 * has half of a result already.
 */
export function repeatSqlCall<T>(
  call: () => Promise<T>,
  again: Again,
  patience: Patience,
  { budget, requests }: SqlRetries,
): Promise<T> {
  budget.earn();
  const repeated = { again, describe, onEmptyBudget: "wait", budget, requests, path: "/sql/" } as const;
  return repeatCall(call, repeated, patience);
}

export interface SqlRetries {
  readonly budget: RetryBudget;
  /** How many requests one repeat makes. Default: one. */
  readonly requests?: number;
}

function describe(failure: unknown): FailedAttempt {
  const askedMs = retryAfterMsOf(failure);
  const retryAfterMs = askedMs === undefined ? undefined : Math.max(askedMs, retryAfterMsMin);
  return { reason: reasonOf(failure), retryAfterMs };
}

function reasonOf(failure: unknown): RetryReason {
  const status = failure instanceof OperationError ? failure.status : httpStatusOf(failure);
  // About the statement, its session or its link.
  const isAnswer = status === undefined ? !(failure instanceof CallFailure) : status < 429;
  const isNotReady = isAnswer || isWarehouseStarting(failure) || isSessionLost(failure);
  return isNotReady ? "not_ready" : reasonOfStatus(status);
}

/** For a call that may run twice. A busy Databricks is waited for, and a failure on the way tried again twice. */
export const harmless: Again = (failure, attempt) => {
  if (isBusy(failure)) return "later";
  return isBroken(failure) && attempt < attemptsMax ? "later" : undefined;
};

/** What decides whether a statement is sent again. Asked only when that is a question. */
export interface SentStatement {
  readonly reads: () => boolean;
  /** Whether its session is an older one, which Databricks may have lost meanwhile. */
  readonly isSessionReused: () => boolean;
}

/**
 * For ExecuteStatement. A statement that may write is sent again only if it surely did not run. One that reads is also sent
 * again after 429 and 503 without `Retry-After`, twice, while the warehouse starts, and once after a connection broke before
 * any reply or Databricks may have lost the session: it says so, or it refused a reused one in words of no known meaning.
 */
export function executing({ reads, isSessionReused }: SentStatement): Again {
  return (failure, attempt) => {
    if (isSurelyNotRun(failure)) {
      if (isSessionLost(failure) && attempt === 1) return "now";
      return isSurelyRefused(failure) || isBusy(failure) || attempt < attemptsMax ? "later" : undefined;
    }
    const isStarting = failure instanceof StatusFailure && isWarehouseStarting(failure);
    if (isStarting || (isBusy(failure) && attempt < attemptsMax)) return reads() ? "later" : undefined;
    const isUnanswered = failure instanceof CallFailure && failure.kind === "no reply";
    const mayBeLost =
      isSessionLost(failure) || (isRefusal(failure) && !isOwnError(failure) && isSessionReused());
    return (isUnanswered || mayBeLost) && attempt === 1 && reads() ? "now" : undefined;
  };
}

/**
 * For FetchResults: after 429, 503 and a refused connection. After any other failure the rows may be gone. A repeat can
 * miss rows if a 503 came after all, so its first row must be checked.
 */
export const fetching: Again = (failure, attempt) => {
  if (isThrottled(failure)) return "later";
  const isUnsent = failure instanceof CallFailure && failure.kind === "not connected";
  return isUnsent && attempt < attemptsMax ? "later" : undefined;
};

/**
 * Whether Databricks surely did not run the call: no connection was made, it asked to come back with its own `Retry-After`,
 * or it said in its own wording that it refused the call for its session or for a warehouse that is not ready. A bare 503
 * and any other words prove nothing (docs/databricks.md, Thrift).
 */
export function isSurelyNotRun(failure: unknown): boolean {
  if (isSurelyRefused(failure)) return true;
  if (!(failure instanceof CallFailure)) return false;
  return failure.kind === "not connected" || (isThrottled(failure) && retryAfterMsOf(failure) !== undefined);
}

/** Whether Databricks cannot serve now and can later. */
export function isBusy(failure: unknown): boolean {
  return isThrottled(failure) || isWarehouseStarting(failure);
}

/** 429 or 503, except for a warehouse that never comes back. */
function isThrottled(failure: unknown): boolean {
  const status = httpStatusOf(failure);
  return status === 429 || (status === 503 && !isWarehouseDeleted(failure));
}

function retryAfterMsOf(failure: unknown): number | undefined {
  if (failure instanceof OperationError && failure.retryAfterSeconds !== undefined)
    return failure.retryAfterSeconds * 1_000;
  return failure instanceof CallFailure ? retryAfterMs(failure.reply?.headers["retry-after"]) : undefined;
}

function isBroken(failure: unknown): boolean {
  if (!(failure instanceof CallFailure)) return false;
  if (["not connected", "no reply", "cut"].includes(failure.kind)) return true;
  return [500, 502, 504].includes(failure.reply?.status ?? 0);
}
