import type { Cell } from "@front-door/api-client";

/** The JSON of a cell or a row: what `JSON.stringify` writes, but -0.0 keeps its sign. */
export function exactJson(value: Cell): string {
  if (Object.is(value, -0)) return "-0.0";
  if (Array.isArray(value)) return `[${value.map(exactJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${exactJson(each)}`);
  return `{${fields.join(",")}}`;
}
