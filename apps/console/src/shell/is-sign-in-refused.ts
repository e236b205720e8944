import { FrontDoorError } from "@front-door/api-client";

/** Whether nobody, or nobody known, has signed in. Databricks says so of a token of its own with 403 and these words. */
export function isSignInRefused(error: Error): boolean {
  if (!(error instanceof FrontDoorError)) return false;
  return error.status === 401 || (error.status === 403 && error.message.startsWith("Invalid access token"));
}

/** What the sign-in is told of the page that was refused: where it is, and whether the person was signed in there. */
export function signInSearch(error: Error, back: string): { readonly back: string; readonly ended?: "true" } {
  return error instanceof FrontDoorError && error.code === "SESSION_ENDED"
    ? { back, ended: "true" }
    : { back };
}
