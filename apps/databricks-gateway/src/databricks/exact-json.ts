// The third argument of a reviver is in Node 24 and not yet in TypeScript's library.
type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const exact: SourceReviver = (_key, value, context) =>
  typeof value === "number" &&
  !Number.isSafeInteger(value) &&
  context.source !== undefined &&
  /^-?\d+$/.test(context.source)
    ? context.source
    : value;

/**
 * Parses JSON; an integer that a number cannot hold exactly becomes a string of its digits, where `JSON.parse` rounds
 * it (sdk-traps 15). A text without a run of 16 digits cannot have one and takes the fast path. Throws a SyntaxError.
 */
export function parseExactJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown);
}
