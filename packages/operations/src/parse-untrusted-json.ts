import { parse } from "secure-json-parse";
import { OperationError } from "./errors.ts";

/**
 * `JSON.parse` that refuses keys with which a careless copy could change a prototype, as Fastify does for a body. Throws a
 * MALFORMED_REQUEST {@link OperationError} that begins with `what`.
 */
export function parseUntrustedJson(text: string, what: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const problem = "is not JSON, or has a forbidden key such as __proto__";
    throw new OperationError("MALFORMED_REQUEST", `${what} ${problem}.`, { cause });
  }
}
