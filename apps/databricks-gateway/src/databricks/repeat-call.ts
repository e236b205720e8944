import { channel } from "node:diagnostics_channel";
import { setTimeout as delay } from "node:timers/promises";
import type { RetryBudget } from "./retry-budget.ts";

/** Whether a call is sent again after its nth attempt failed: at once, or when Databricks can have recovered. */
export type Again = (failure: unknown, attempt: number) => "now" | "later" | undefined;

/**
 * Why a call is sent again. `not_ready`: Databricks said what to do instead, such as to open another session or to wait for
 * a warehouse. That is no outage, so it costs nothing of the budget.
 */
export type RetryReason = "connection" | "429" | "503" | "5xx" | "not_ready";

/** The reason of a failure with this HTTP status, or without any. */
export function reasonOfStatus(status: number | undefined): RetryReason {
  if (status === undefined) return "connection";
  return status === 429 || status === 503 ? `${status}` : "5xx";
}

/** What a failure says about the next attempt. */
export interface FailedAttempt {
  readonly reason: RetryReason;
  /** What `Retry-After` said. */
  readonly retryAfterMs: number | undefined;
}

export interface Patience {
  readonly signal?: AbortSignal;
  /** The time, of `performance.now()`, after which nobody waits any more. */
  readonly endsAt: number;
}

export interface RepeatedCall {
  readonly again: Again;
  readonly describe: (failure: unknown) => FailedAttempt;
  /** While the budget is empty, `wait` for it until the time ends, or `fail` at once. */
  readonly onEmptyBudget: "wait" | "fail";
  readonly budget: RetryBudget;
  /** How many requests one repeat makes. Default: one. */
  readonly requests?: number | undefined;
  /** Of the request, for the metrics. */
  readonly path: string;
}

/** One message on the channel {@link retries}. */
export interface RetryMessage {
  readonly path: string;
  readonly reason: RetryReason;
  /** Whether the budget was empty, so that the call was not sent again. */
  readonly isRefused: boolean;
}

/** Tells of every retry, and of every one that the budget refused. */
export const retries = channel("front-door:retry");

const firstDelayMs = 200;
const delayMsMax = 5_000;
/** An attempt needs this much of the time that is left. Nobody learns how one ended that the deadline cut off. */
const attemptMsMin = 500;

/**
 * Repeats `call` as long as `again` says so, there is time and the budget allows it. Waits as long as `Retry-After` says; if
 * that is more than the time there is, it gives up at once. Throws the last failure.
 */
export async function repeatCall<T>(
  call: () => Promise<T>,
  repeated: RepeatedCall,
  patience: Patience,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (failure) {
      await untilNextAttempt(failure, attempt, repeated, patience);
    }
  }
}

/** Throws the failure if there is to be no other attempt. */
async function untilNextAttempt(
  failure: unknown,
  attempt: number,
  { again, describe, onEmptyBudget, budget, requests, path }: RepeatedCall,
  { signal, endsAt }: Patience,
): Promise<void> {
  const when = signal?.aborted === true ? undefined : again(failure, attempt);
  if (when === undefined) throw failure;
  const { reason, retryAfterMs } = describe(failure);
  let isRefused = false;
  for (let pauses = attempt; ; pauses++) {
    const leftMs = endsAt - performance.now() - attemptMsMin;
    const delayMs =
      when === "now" && !isRefused ? 0 : (retryAfterMs ?? Math.min(jitteredMs(pauses), Math.max(leftMs, 0)));
    if (leftMs < 0 || delayMs > leftMs) throw failure;
    const isFree = reason === "not_ready" || budget.take(requests);
    if (isFree || !isRefused) retries.publish({ path, reason, isRefused: !isFree } satisfies RetryMessage);
    isRefused = !isFree;
    if (isRefused && onEmptyBudget === "fail") throw failure;
    await delay(delayMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
      throw failure;
    });
    if (!isRefused) return;
  }
}

/** Any time up to a bound that doubles, so that callers who failed together do not come back together. */
function jitteredMs(pauses: number): number {
  return Math.random() * Math.min(firstDelayMs * 2 ** (pauses - 1), delayMsMax);
}
