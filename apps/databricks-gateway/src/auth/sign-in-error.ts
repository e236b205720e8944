import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import * as z from "zod";
import { type ErrorReply, toUpstreamError } from "../databricks/api-error.ts";

const retryAfterSeconds = 5;

/** RFC 6749 §5.2. Any other text of the reply is for the log only. */
const oauthError = z.object({
  error: z.enum([
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
  ]),
  error_description: z.string().catch(""),
});

/**
 * An error reply of the login service as an error of its own: its status says nothing about the operation that needs the
 * token, so a 404 of it is no missing file. UNAUTHENTICATED only if it says that the client id and secret are not accepted.
 */
export function refusedSignIn(reply: ErrorReply, service: string, redact: Redactor): OperationError {
  const { status, text } = reply;
  const cause = toUpstreamError(reply, redact);
  if (status === 429 || status === 408 || status === 503) {
    const options = { retryAfterSeconds: cause.retryAfterSeconds ?? 1, cause };
    return new OperationError("TEMPORARILY_UNAVAILABLE", `${service} is too busy.`, options);
  }
  if (status >= 500 && status !== 501) {
    return new OperationError("UPSTREAM_ERROR", `${service} failed with an internal error.`, { cause });
  }
  const code = oauthErrorOf(text)?.code;
  if (code === "invalid_client") {
    const message = `${service} did not accept the gateway's client id and secret.`;
    return new OperationError("UNAUTHENTICATED", message, { cause });
  }
  const why = code === undefined ? "" : ` (${code})`;
  const message = `${service} refused to issue a token to the gateway: it answered ${status}${why}.`;
  return new OperationError("WORKSPACE_SIGN_IN_FAILED", message, { cause });
}

/**
 * Any failure to get a token, in words that do not blame the API that the operation needs; the log gets the login service's
 * origin too. Whether the operation has run is not known here: a token can expire in the middle of it.
 */
export function inLoginServiceWords(error: unknown, service: string, origin: string): unknown {
  if (!(error instanceof OperationError)) return error;
  const cause = new Error(`the login service is ${origin}`, { cause: error.cause });
  return error.with({ surelyNotRun: false, cause }, error.message.replace(/^Databricks(?!')/, service));
}

const passing = new Set(["UPSTREAM_UNREACHABLE", "UPSTREAM_ERROR", "TEMPORARILY_UNAVAILABLE"]);

/** SIGN_IN_UNAVAILABLE in place of an error that says only that the login service is away; any other as it is. */
export function toUnavailable(error: unknown): unknown {
  if (!(error instanceof OperationError) || !passing.has(error.code)) return error;
  return signInUnavailable(error.message, error.cause, error.retryAfterSeconds);
}

export function signInUnavailable(
  message: string,
  cause: unknown,
  seconds = retryAfterSeconds,
): OperationError {
  return new OperationError("SIGN_IN_UNAVAILABLE", `${message} Try again in ${seconds} s.`, {
    retryAfterSeconds: seconds,
    cause,
  });
}

export function sessionEnded(message = "The session has ended. Sign in again."): OperationError {
  return new OperationError("SESSION_ENDED", message, { surelyNotRun: true });
}

/** The error of a reply of the login service; undefined if it has none that OAuth knows. */
export function oauthErrorOf(
  text: string,
): { readonly code: string; readonly description: string } | undefined {
  const body = oauthError.safeParse(parsed(text)).data;
  return body && { code: body.error, description: body.error_description };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
