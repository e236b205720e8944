import { OperationError } from "@front-door/operations";

/** Whether Databricks says that nothing has this name. */
export function isNotFound(error: unknown): boolean {
  return error instanceof OperationError && error.status === 404;
}

/**
 * Whether something exists, by the outcome of a read. Undefined where the identity may not read: writing and reading are
 * two privileges, and a caller who may not read may still write.
 */
export async function doesExist(read: Promise<unknown>): Promise<boolean | undefined> {
  try {
    await read;
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    if (error instanceof OperationError && error.status === 403) return undefined;
    throw error;
  }
}
