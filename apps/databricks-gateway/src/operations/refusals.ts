import { OperationError } from "@front-door/operations";

/** Databricks says that there is nothing of this name. */
export function isNotFound(error: unknown): boolean {
  return error instanceof OperationError && error.status === 404;
}

/** Databricks says that the identity may not do this. */
export function isForbidden(error: unknown): boolean {
  return error instanceof OperationError && error.status === 403;
}
