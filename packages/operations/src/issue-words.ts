import type * as z from "zod";

const expectedWords: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "an array",
  null: "null",
};

/** What is wrong with a value, wherever its schema has no words of its own. Never quotes the value. */
export function issueWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeWords(issue.expected, issue.input);
    case "too_small":
      return sizeWords(issue.origin, issue.minimum, issue.inclusive === false ? "more than" : "at least");
    case "too_big":
      return sizeWords(issue.origin, issue.maximum, issue.inclusive === false ? "less than" : "at most");
    case "invalid_value": {
      const choices = issue.values.map((value) => JSON.stringify(value) ?? String(value));
      return `must be ${choices.length > 1 ? "one of " : ""}${choices.join(", ")}`;
    }
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return `must be a valid ${issue.format === "regex" ? "value" : issue.format}`;
    case "unrecognized_keys":
      return "unknown parameter";
    case "invalid_union":
      return issue.input === undefined ? "is required" : "must have one of the documented forms";
    case "invalid_key":
      return "must have valid names";
    default:
      return "is invalid";
  }
}

function typeWords(expected: string, input: unknown): string {
  if (input === undefined) return "is required";
  const must = `must be ${expectedWords[expected] ?? `a ${expected}`}`;
  // 1.5 is a number, and not a whole one.
  return expected === "int" && typeof input === "number" ? must : `${must}, got ${kindOf(input)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number" && !Number.isFinite(value)) return "no finite number";
  if (typeof value === "boolean") return String(value);
  return expectedWords[typeof value] ?? "something else";
}

function sizeWords(origin: string, limit: number | bigint, bound: string): string {
  if (origin === "string") {
    if (bound === "at least" && limit === 1) return "must not be empty";
    return `must be ${bound} ${limit} characters`;
  }
  if (origin === "array" || origin === "set") return `must have ${bound} ${limit} entries`;
  return `must be ${bound} ${limit}`;
}
