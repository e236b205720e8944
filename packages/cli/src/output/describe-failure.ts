import { FrontDoorError } from "@front-door/api-client";
import { FailureAbout } from "./about.ts";
import { printable } from "./printable.ts";

/** What a person needs to know of a failure: what happened, the code, whether to try again, and the request's id. */
export function describeFailure(error: unknown): string {
  if (error instanceof FailureAbout) {
    const [path, description] = [printable(error.path), describeFailure(error.cause)];
    return description.startsWith(path) ? description : `${path}: ${description}`;
  }
  if (!(error instanceof FrontDoorError)) return error instanceof Error ? error.message : String(error);
  const facts = [
    error.code,
    ...(error.requestId === undefined ? [] : [`request ${error.requestId}`]),
    ...(error.outcome === "unknown" ? ["it may have taken effect: look before you try again"] : []),
    ...(error.retryable ? ["try again later"] : []),
  ];
  return `${error.message} (${facts.join("; ")})`;
}

/** The same for a program: the fields of the API's error envelope. */
export function failureAsJson(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof FailureAbout) return { ...failureAsJson(error.cause), path: error.path };
  if (!(error instanceof FrontDoorError)) return { error: describeFailure(error) };
  const { message, status, code, requestId, retryable, outcome, details } = error;
  return { error: message, status, error_code: code, request_id: requestId, retryable, outcome, details };
}
