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
    const problem = text.trim() === "" ? "is empty: it must be JSON" : problemIn(String(cause));
    throw new OperationError("MALFORMED_REQUEST", `${what} ${problem}.`, { cause });
  }
}

/** The parser's own message can quote the text. */
function problemIn(parserMessage: string): string {
  if (parserMessage.includes("forbidden prototype property")) return "has a forbidden key such as __proto__";
  if (parserMessage.includes("end of JSON input")) return "is not valid JSON: it ends too early";
  const [, position] = /at position (\d+)/.exec(parserMessage) ?? [];
  return position === undefined ? "is not valid JSON" : `is not valid JSON: look at position ${position}`;
}
