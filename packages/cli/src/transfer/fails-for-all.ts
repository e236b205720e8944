import { FrontDoorError } from "@front-door/api-client";

/** Whether what failed for one file or directory fails for all: an abort, no connection, a sign-in that is refused. */
export function failsForAll(error: unknown, signal: AbortSignal): boolean {
  const isOurs = error instanceof FrontDoorError;
  return signal.aborted || (isOurs && (error.status === 401 || error.code === "CONNECTION_FAILED"));
}
