import { OperationError } from "@front-door/operations";
import type { Progress } from "./exchange.ts";
import { invalidResponse } from "./invalid-response.ts";
import { proxyRefusal } from "./proxy-refusal.ts";

export const brokenOff = "Databricks broke off its reply.";

/** Maps an error below HTTP to the caller's, in words that are true of how far the request came. */
export function toTransportError(error: unknown, signal: AbortSignal, progress: Progress): OperationError {
  const surelyNotRun = !progress.isSent;
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  if (reason instanceof OperationError) {
    const isLate = reason.code === "DEADLINE_EXCEEDED" && surelyNotRun;
    const message = isLate
      ? "The deadline passed before the request was sent to Databricks."
      : reason.message;
    return reason.with({ surelyNotRun }, message);
  }
  if (error instanceof OperationError) return error.with({ surelyNotRun });
  const refused = proxyRefusal(error);
  if (refused !== undefined) return refused;
  if (!progress.hasReply && isNotHttp(error))
    return invalidResponse("a reply that is not HTTP", { cause: error });
  return new OperationError("UPSTREAM_UNREACHABLE", wordsFor(progress, reason !== undefined), {
    surelyNotRun,
    cause: error,
  });
}

function wordsFor({ isSent, hasReply }: Progress, isLate: boolean): string {
  if (!isSent) return "Databricks could not be reached.";
  if (hasReply) return brokenOff;
  return isLate
    ? "Databricks did not answer in time."
    : "Databricks closed the connection before it replied.";
}

/** undici's codes for a reply that breaks the protocol. */
function isNotHttp(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && /^(HPE_|UND_ERR_HEADERS_OVERFLOW)/.test(String(error.code))
  );
}
