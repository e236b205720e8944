// TypeScript's library does not have the reviver's third argument yet.
type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const exact: SourceReviver = (_key, value, context) =>
  typeof value === "number" &&
  !Number.isSafeInteger(value) &&
  context.source !== undefined &&
  /^-?\d+$/.test(context.source)
    ? context.source
    : value;

/**
 * Parses JSON. An integer that a number cannot hold exactly becomes a string of its digits (docs/sdk-transport.md, SDK 15).
 * Only a text with such an integer is parsed again with a reviver, which is ten times slower. Throws a SyntaxError, and a
 * RangeError for nesting some thousands of levels deep.
 */
export function parseExactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!hasUnsafeInteger(value)) return value;
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown);
}

/** Checking the parsed numbers is ten times faster than searching the text for sixteen digits. */
function hasUnsafeInteger(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasUnsafeInteger);
  for (const key in value) if (hasUnsafeInteger((value as Record<string, unknown>)[key])) return true;
  return false;
}
