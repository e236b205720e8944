import { OperationError, toInvalidParameterError } from "@front-door/operations";
import * as z from "zod";

/** Gives what a URL's query holds, checked. Throws an INVALID_PARAMETER_VALUE {@link OperationError}. */
export type QueryReader = (url: string) => Record<string, unknown>;

/**
 * Reads query strings as `schema` describes them: every parameter once, none that the schema does not have, numbers and
 * booleans only as they are written in JSON. To be made once: to make a schema costs more than all the rest of a request.
 */
export function queryReader(schema: z.ZodObject): QueryReader {
  const strict = z.strictObject(schema.shape);
  return (url) => {
    const values: Record<string, unknown> = Object.create(null);
    for (const [name, text] of queryPairs(url)) {
      if (Object.hasOwn(values, name)) throw refused(name, "must be given once");
      if (text.includes("\0")) throw refused(name, "must not have a NUL in it");
      const type = schema.shape[name];
      // A name that the schema does not have is refused below, with all others of its kind.
      values[name] = type === undefined ? text : fromText(name, text, type);
    }
    const parsed = strict.safeParse({ ...values });
    if (!parsed.success) throw toInvalidParameterError(parsed.error);
    return parsed.data;
  };
}

/** The pairs of a query as forms write it: `+` is a space. Malformed percent-encoding was refused before. */
function queryPairs(url: string): [string, string][] {
  const start = url.indexOf("?");
  const query = start === -1 ? "" : url.slice(start + 1);
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [decode(name), decode(value.join("="))];
    });
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

function fromText(name: string, text: string, type: z.core.$ZodType): unknown {
  const inner = unwrapped(type);
  if (inner instanceof z.ZodNumber) {
    if (!/^-?(0|[1-9]\d{0,15})$/.test(text)) throw refused(name, "must be a whole number");
    return Number(text);
  }
  if (inner instanceof z.ZodBoolean) {
    if (text !== "true" && text !== "false") throw refused(name, "must be true or false");
    return text === "true";
  }
  return text;
}

function unwrapped(type: z.core.$ZodType): z.core.$ZodType {
  return type instanceof z.ZodOptional || type instanceof z.ZodDefault ? unwrapped(type.unwrap()) : type;
}

function refused(field: string, message: string): OperationError {
  return new OperationError("INVALID_PARAMETER_VALUE", `${field}: ${message}`, {
    details: [{ field, message }],
  });
}
