import { OperationError } from "./errors.ts";

/** Every spelling of the keys below has one of these in it. */
const suspicious = /__proto__|constructor|\\u/;

/**
 * `JSON.parse` that refuses keys with which a careless copy could change a prototype, as Fastify does for a body. Throws a
 * MALFORMED_REQUEST {@link OperationError} that begins with `what`.
 */
export function parseUntrustedJson(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new OperationError("MALFORMED_REQUEST", `${what} is not JSON.`, { cause });
  }
  if (suspicious.test(text)) refuseForbiddenKeys(text, what);
  return value;
}

function refuseForbiddenKeys(text: string, what: string): void {
  JSON.parse(text, (key, value: unknown) => {
    if (key === "__proto__" || (key === "constructor" && Object.hasOwn(Object(value), "prototype"))) {
      throw new OperationError("MALFORMED_REQUEST", `${what} has a forbidden key.`);
    }
    return value;
  });
}
