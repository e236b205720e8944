import { OperationError } from "./errors.ts";

/** Whether the call that failed may have taken effect at Databricks. */
export function mayHaveRun({ outcome, surelyNotRun, status }: OperationError): boolean {
  if (outcome === "unknown") return true;
  // Any other status is a refusal, 501 among them.
  return !surelyNotRun && ((status >= 500 && status !== 501) || status === 408 || status === 499);
}

/**
 * The failure of an operation that must not run twice. If it may have taken effect, the error says so, and that the same
 * request is not to be sent again: the caller has to look first.
 */
export function withOutcome(error: OperationError): OperationError {
  if (error.outcome !== undefined || !mayHaveRun(error)) return error;
  const sentence = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
  return error.with(
    { retryable: false, retryAfterSeconds: undefined, outcome: "unknown" },
    `${sentence} The operation may have taken effect.`,
  );
}

/**
 * For `catch` after work that does nothing at Databricks, such as a look-up or the wait for a token: throws the failure,
 * marked `surelyNotRun`.
 */
export function throwNotRun(error: unknown): never {
  throw error instanceof OperationError ? error.with({ surelyNotRun: true }) : error;
}
