import type * as z from "zod";

/**
 * Reads one JSON object for each line, with the number of its line; empty lines and comments (`#`) are ignored. Throws an
 * Error that names line and field, and quotes no value.
 */
export function readJsonLines<Line>(text: string, schema: z.ZodType<Line>): (readonly [number, Line])[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line)) return [];
    const number = index + 1;
    const parsed = schema.safeParse(parsedJson(line));
    if (parsed.success) return [[number, parsed.data] as const];
    const [issue] = parsed.error.issues;
    throw new Error(`line ${number}: ${[issue?.path.join("."), issue?.message].filter(Boolean).join(" ")}`);
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
