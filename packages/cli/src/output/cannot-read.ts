import { getSystemErrorMap } from "node:util";
import { UsageError } from "./usage-error.ts";

/** The error for a file of the user's that cannot be read, with the system's reason in words. */
export function cannotRead(file: string, cause: unknown): UsageError {
  const { errno = 0, message } = cause as NodeJS.ErrnoException;
  // Not getSystemErrorMessage, which Node 20 does not have.
  const [, reason = message] = getSystemErrorMap().get(errno) ?? [];
  return new UsageError(`${file} cannot be read: ${reason}.`, { cause });
}
