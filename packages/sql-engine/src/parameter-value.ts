import type { BoundParameter } from "./translate/translation.ts";

/** A parameter's value: a Databricks type and a text, as on the wire, or a JavaScript value that implies its type. */
export type ParameterValue =
  | { type: string; value: string | Uint8Array | null | undefined }
  /** An ARRAY, or a MAP with its keys and values in turn. */
  | { type: string; elements: readonly ParameterValue[] }
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | null;

const INT_MAX = 2 ** 31;

export function toBoundParameter(value: ParameterValue): BoundParameter {
  if (value === null) return { value: null, typeText: "VOID" };
  if (typeof value === "string") return { value, typeText: "STRING" };
  if (typeof value === "boolean") return { value: String(value), typeText: "BOOLEAN" };
  if (typeof value === "bigint") return { value: String(value), typeText: "BIGINT" };
  if (typeof value === "number") {
    const isWhole = Number.isSafeInteger(value) && !Object.is(value, -0);
    return {
      value: String(value),
      typeText: isWhole ? (value >= -INT_MAX && value < INT_MAX ? "INT" : "BIGINT") : "DOUBLE",
    };
  }
  if (value instanceof Uint8Array) return { value, typeText: "BINARY" };
  if ("elements" in value)
    return { value: null, typeText: value.type, elements: value.elements.map(toBoundParameter) };
  return { value: value.value ?? null, typeText: value.type };
}
