import { OperationError } from "./errors.ts";

/**
 * The refusal of a request that a limit of this product holds back, before anything ran: TEMPORARILY_UNAVAILABLE (503) if
 * everything is in use, RESOURCE_EXHAUSTED (429) if this caller's share is.
 */
export function limitRefusal(reason: "full" | "share", message: string): OperationError {
  const code = reason === "full" ? "TEMPORARILY_UNAVAILABLE" : "RESOURCE_EXHAUSTED";
  return new OperationError(code, `${message} Try again in 1 s.`, {
    retryAfterSeconds: 1,
    surelyNotRun: true,
  });
}
