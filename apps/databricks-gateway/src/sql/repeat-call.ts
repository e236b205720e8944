import { setTimeout as delay } from "node:timers/promises";
import { OperationError } from "@front-door/operations";
import { retryAfterMs } from "../databricks/retry-after.ts";
import { CallFailure, httpStatusOf, StatusFailure } from "./call-failure.ts";
import { isOwnError } from "./statement-error.ts";
import {
  isRefusal,
  isSessionLost,
  isSurelyRefused,
  isWarehouseDeleted,
  isWarehouseStarting,
} from "./warehouse-state.ts";

/** Whether a call is sent again after its nth attempt failed: at once, or when Databricks can have recovered. */
export type Again = (failure: unknown, attempt: number) => "now" | "later" | undefined;

export interface Patience {
  readonly signal?: AbortSignal;
  /** The time, of `performance.now()`, after which nobody waits any more. */
  readonly endsAt: number;
}

const firstDelayMs = 200;
const delayMsMax = 5_000;
/** An attempt needs this much of the time that is left. Nobody learns how one ended that the deadline cut off. */
const attemptMsMin = 500;
const attemptsMax = 3;

/**
 * Repeats `call` as long as `again` says so and there is time. Waits as long as `Retry-After` says; if that is more than
 * the time there is, it gives up at once. Throws the last failure.
 */
export async function repeatCall<T>(
  call: () => Promise<T>,
  again: Again,
  { signal, endsAt }: Patience,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (failure) {
      const when = signal?.aborted === true ? undefined : again(failure, attempt);
      if (when === undefined) throw failure;
      const leftMs = endsAt - performance.now() - attemptMsMin;
      const delayMs = when === "now" ? 0 : delayAfter(failure, attempt, leftMs);
      if (leftMs < 0 || delayMs > leftMs) throw failure;
      await delay(delayMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw failure;
      });
    }
  }
}

/** As long as `Retry-After` says, else twice as long as before, but no longer than there is time. */
function delayAfter(failure: unknown, attempt: number, leftMs: number): number {
  const askedMs = retryAfterMsOf(failure);
  if (askedMs !== undefined) return Math.max(askedMs, firstDelayMs);
  return Math.min(firstDelayMs * 2 ** (attempt - 1), delayMsMax, leftMs);
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
