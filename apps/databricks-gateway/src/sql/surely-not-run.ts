import { OperationError } from "@front-door/operations";

/** The same error, which says whether Databricks surely did nothing. */
export function surelyNotRun(error: OperationError, isSure = true): OperationError {
  if (error.surelyNotRun === isSure) return error;
  const { code, message, status, retryable, retryAfterSeconds, details, outcome, cause } = error;
  return new OperationError(code, message, {
    status,
    retryable,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(details === undefined ? {} : { details }),
    surelyNotRun: isSure,
    outcome,
    cause,
  });
}
