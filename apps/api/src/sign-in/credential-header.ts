import type { IncomingMessage } from "node:http";
import { OperationError } from "@front-door/operations";

const charactersMax = 8192;

/**
 * The one value of a header that says who calls, or undefined when it was not sent. Throws UNAUTHENTICATED for one that
 * is empty, too long or there twice: of two values, two programs may each take another one.
 */
export function credentialHeader(req: IncomingMessage, name: string): string | undefined {
  // Most requests have none of them, and need no second look.
  const values = req.headers[name] === undefined ? undefined : req.headersDistinct[name];
  if (values === undefined) return undefined;
  const value = values[0]?.trim() ?? "";
  if (values.length > 1) throw unauthenticated(`The header ${name} must be there once.`);
  if (value === "" || value.length > charactersMax) {
    throw unauthenticated(`The header ${name} must have 1 to ${charactersMax} characters, or not be sent.`);
  }
  return value;
}

export function unauthenticated(message: string, cause?: unknown): OperationError {
  return new OperationError("UNAUTHENTICATED", message, { cause });
}
