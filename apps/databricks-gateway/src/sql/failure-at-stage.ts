import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import { hasEnded, toStatementError } from "./statement-error.ts";

/** How far a statement surely came. Between `opening` and `accepted` nobody knows whether Databricks has it. */
export type Stage = "opening" | "sent" | "accepted" | "succeeded";

/**
 * What the caller sees of a failure at this stage. Once Databricks has accepted a statement that may write, only the
 * statement's own end says what became of it. Before that, http/run-route.ts decides, as for every operation.
 */
export function failureAtStage(
  stage: Stage,
  error: unknown,
  { reads, redact }: { readonly reads: () => boolean; readonly redact: Redactor },
): OperationError {
  const failure = toStatementError(error, redact).with({ surelyNotRun: stage === "opening" });
  if (stage === "opening" || stage === "sent" || hasEnded(error) || reads()) return failure;
  const known =
    stage === "succeeded"
      ? "The statement has run, but its result was not read"
      : "Databricks accepted the statement, and it may have taken effect";
  // A refusal of a later call does not undo the statement.
  const isRefusal = failure.status < 499;
  return new OperationError(isRefusal ? "UPSTREAM_ERROR" : failure.code, `${known}: ${failure.message}`, {
    ...(isRefusal ? {} : { status: failure.status }),
    retryable: false,
    outcome: "unknown",
    cause: failure,
  });
}
