import { OperationError, parseParameters } from "@front-door/operations";
import * as z from "zod";

/** Reads the query of a URL. Throws an INVALID_PARAMETER_VALUE {@link OperationError}. */
export type QueryReader = (url: string) => Record<string, unknown>;

/**
 * Makes a reader of query strings for `schema`: unknown and duplicate parameters are refused, and numbers and booleans must
 * be written as in JSON.
 */
export function queryReader(schema: z.ZodObject): QueryReader {
  const strict = z.strictObject(schema.shape);
  const types = new Map(Object.entries(schema.shape).map(([name, type]) => [name, unwrapped(type)]));
  return (url) => {
    const values = new Map<string, unknown>();
    const start = url.indexOf("?");
    // As in forms, `+` is a space. checkRequestTarget has refused malformed percent-encoding.
    for (const [name, text] of new URLSearchParams(start === -1 ? "" : url.slice(start + 1))) {
      if (values.has(name)) throw refused(name, "duplicate parameter");
      if (text.includes("\0")) throw refused(name, "must not contain a NUL");
      values.set(name, fromText(name, text, types.get(name)));
    }
    return parseParameters(strict, Object.fromEntries(values));
  };
}

/** An unknown parameter stays text; the schema then refuses all unknown ones together. */
function fromText(name: string, text: string, type: z.core.$ZodType | undefined): unknown {
  if (type instanceof z.ZodNumber) {
    if (!/^-?(0|[1-9]\d{0,15})$/.test(text)) throw refused(name, "must be a whole number");
    return Number(text);
  }
  if (type instanceof z.ZodBoolean) {
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
