import { codeOnly } from "./sql-pieces.ts";

/** The types that a person can choose for a value. `Auto`: a whole number is one, and everything else a text. */
export const parameterTypes = [
  "Auto",
  "STRING",
  "BIGINT",
  "DOUBLE",
  "DECIMAL",
  "BOOLEAN",
  "DATE",
  "TIMESTAMP",
  "NULL",
] as const;
export type ParameterType = (typeof parameterTypes)[number];

export interface ParameterValue {
  readonly value: string;
  readonly type: ParameterType;
}

export const emptyParameter: ParameterValue = { value: "", type: "Auto" };

type SentValue = string | number | null | { readonly value: string; readonly type: string };

/** The names of the `:name` markers in the order in which they first appear. `a:b` and `a::INT` have none. */
export function parameterNames(sql: string): string[] {
  const code = codeOnly(sql);
  // A colon that follows a name, a bracket or a colon goes into a value or converts it.
  const markers = Array.from(code.matchAll(/(?<![\w:)\]]):([A-Za-z_]\w*)/g));
  const names = markers.filter(({ index }) => sql[index - 1] !== "`").map(([, name = ""]) => name);
  return [...new Set(names)];
}

/** Whether the person has not said what to send. `STRING` with nothing in its field is an empty text. */
export function isUnfilled({ value, type }: ParameterValue = emptyParameter): boolean {
  return value === "" && type !== "STRING" && type !== "NULL";
}

/** The `params` of the request: the values that the person gave to the statement's own markers. */
export function sentParameters(
  names: readonly string[],
  values: Readonly<Record<string, ParameterValue>>,
): Record<string, SentValue> | undefined {
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, sentValue(values[name] ?? emptyParameter)]));
}

function sentValue({ value, type }: ParameterValue): SentValue {
  if (type === "NULL") return null;
  if (type !== "Auto") return { value, type };
  const number = Number(value);
  return /^-?\d+$/.test(value) && Number.isSafeInteger(number) && String(number) === value ? number : value;
}
