import { FrontDoorError } from "@front-door/api-client";

/** Whether the front door knows the caller, whose key does not allow to ask who that is. */
export function isMeRefused(error: Error): boolean {
  return error instanceof FrontDoorError && error.code === "OPERATION_NOT_ALLOWED";
}
