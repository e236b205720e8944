import { OperationError } from "@front-door/operations";

/** Whether Databricks says that nothing has this name. */
export function isNotFound(error: unknown): boolean {
  return error instanceof OperationError && error.status === 404;
}

/** Whether Databricks says that the identity may not do this. */
export function isForbidden(error: unknown): boolean {
  return error instanceof OperationError && error.status === 403;
}
