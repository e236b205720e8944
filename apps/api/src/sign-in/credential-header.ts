import type { IncomingMessage } from "node:http";
import { OperationError, runRequest } from "@front-door/operations";

const charactersMax = 8192;
const { auth: authSchema } = runRequest.shape;

/**
 * The one value of a header that says who calls, or undefined if it was not sent. Throws UNAUTHENTICATED for a header that
 * is empty, too long or duplicate: of two values, two programs may each take another one.
 */
export function credentialHeader(req: IncomingMessage, name: string): string | undefined {
  // Most requests have none of these headers and need no second look.
  const values = req.headers[name] === undefined ? undefined : req.headersDistinct[name];
  if (values === undefined) return undefined;
  // Node has removed spaces around it. `trim` would remove U+00A0 too, which ends "à" in UTF-8.
  const value = values[0] ?? "";
  if (values.length > 1) throw unauthenticated(`Duplicate header ${name}: send it once.`);
  if (value === "" || value.length > charactersMax) {
    throw unauthenticated(`The header ${name} must have 1 to ${charactersMax} characters, or be left out.`);
  }
  return value;
}

export function unauthenticated(message: string, cause?: unknown): OperationError {
  return new OperationError("UNAUTHENTICATED", message, { cause });
}

/** The token of an `Authorization` header, or undefined if it has another scheme or its token cannot be one. */
export function bearerToken(header: string): string | undefined {
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  return isToken(token) ? token : undefined;
}

/** Whether the gateway accepts the text as a token. */
export function isToken(text: string | undefined): text is string {
  return text !== undefined && authSchema.safeParse({ token: text }).success;
}

/**
 * The Databricks token to run as: the request's own or the one that a trusted proxy sends. Undefined if there is none.
 * Throws UNAUTHENTICATED for anything in between, so that a caller's mistake never runs as the gateway.
 */
export function databricksToken(req: IncomingMessage, proxyToken: string | undefined): string | undefined {
  const header = credentialHeader(req, "authorization");
  const own = header === undefined ? undefined : bearerToken(header);
  if (header !== undefined && own === undefined) {
    throw unauthenticated(
      'The Authorization header must be "Bearer <Databricks token>". Leave it out to run as this installation\'s own identity.',
    );
  }
  if (own !== undefined && proxyToken !== undefined && own !== proxyToken) {
    throw unauthenticated("Authorization and X-Forwarded-Access-Token name two different users to run as.");
  }
  return own ?? proxyToken;
}
