import { setTimeout as sleep } from "node:timers/promises";
import { OperationError } from "@front-door/operations";
import { getWorkspaceClient } from "../auth/auth-context.ts";
import { type Again, type FailedAttempt, reasonOfStatus, repeatCall } from "../databricks/repeat-call.ts";

const pauseMsMax = 60_000;

/**
 * Repeats `work` while Databricks is too busy. For what is half done and cannot be handed back to the caller to try again. The
 * wait ends with the signal, and throws its reason. A wait of more than a minute is not begun.
 */
export async function withPatience<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { budget } = getWorkspaceClient().api;
  const repeated = { again: whileBusy, describe, onEmptyBudget: "wait", budget, path: "" } as const;
  return repeatCall(work, repeated, { signal, endsAt: Number.POSITIVE_INFINITY }).catch((error: unknown) => {
    if (isBusy(error)) signal.throwIfAborted();
    throw error;
  });
}

const whileBusy: Again = (failure) =>
  isBusy(failure) && pauseMsAfter(failure) <= pauseMsMax ? "later" : undefined;

function isBusy(failure: unknown): failure is OperationError {
  return failure instanceof OperationError && (failure.status === 429 || failure.status === 503);
}

function describe(failure: unknown): FailedAttempt {
  // `whileBusy` has let through nothing else.
  const busy = failure as OperationError;
  return { reason: reasonOfStatus(busy.status), retryAfterMs: pauseMsAfter(busy) };
}

function pauseMsAfter({ retryAfterSeconds = 1 }: OperationError): number {
  return retryAfterSeconds * 1_000;
}

/** Throws the signal's reason if it is aborted first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
