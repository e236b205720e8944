import type { IncomingHttpHeaders } from "node:http";
import { toInvalidParameterError } from "@front-door/operations";
import type * as z from "zod";

/** Those request headers that `schema` names, checked. Throws an INVALID_PARAMETER_VALUE `OperationError`. */
export function readHeaders(headers: IncomingHttpHeaders, schema: z.ZodObject): Record<string, unknown> {
  const given = Object.keys(schema.shape).flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value]];
  });
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) throw toInvalidParameterError(parsed.error);
  return parsed.data;
}
