import { OperationError, type OperationErrorOptions } from "@front-door/operations";

/** For a reply that Databricks' API does not describe. The log says `what` it is. */
export function invalidResponse(what: string, options: OperationErrorOptions = {}): OperationError {
  return new OperationError(
    "UPSTREAM_INVALID_RESPONSE",
    "Databricks answered with something other than its API describes.",
    { ...options, cause: new Error(`Databricks sent ${what}`, { cause: options.cause }) },
  );
}
