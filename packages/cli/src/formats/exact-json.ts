/** JSON, which `JSON.stringify` writes but for the sign of -0.0. */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => (Object.is(each, -0) ? minusZero : each));
}

// Part of Node since version 21; the types do not know it yet.
const minusZero = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON("-0.0");
