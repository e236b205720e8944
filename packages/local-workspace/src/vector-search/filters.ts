import { z } from "zod";
import { invalidParameter, notImplemented } from "../http/api-error.ts";

type Value = string | number | boolean;

/** Of all filters together. The engine takes seconds for a condition of thousands. */
const VALUES_MAX = 1000;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const filtersSchema = z.record(z.string(), z.union([scalar, z.array(scalar).min(1)]));

/** The condition of each operator that may follow a column's name, by one value. */
const OPERATORS = {
  "": "=",
  NOT: "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  LIKE: "LIKE",
} as const;

export interface Conditions {
  /** A WHERE clause with a space before it, or nothing. */
  readonly text: string;
  readonly parameters: Record<string, { type: string; value: string }>;
}

/** Databricks' filters as SQL. A list of values means any of them, and all filters have to hold. */
export function conditionsOf(filtersJson = "{}"): Conditions {
  const parameters: Conditions["parameters"] = {};
  let values = 0;
  const place = (value: Value): string => {
    const name = `filter_${values}`;
    values += 1;
    if (values > VALUES_MAX) throw notImplemented(`filters with more than ${VALUES_MAX} values`);
    parameters[name] = { type: typeOf(value), value: String(value) };
    return `:${name}`;
  };
  const conditions = Object.entries(parsed(filtersJson)).map(([key, value]) => {
    const [column = "", operator = "", ...more] = key.trim().split(/ +/);
    if (more.length > 0 || !isOperator(operator)) throw notImplemented(`the filter "${key}"`);
    const comparison = OPERATORS[operator];
    if (!Array.isArray(value)) return `${quoted(column)} ${comparison} ${place(value)}`;
    const each = value.map((one) => `${quoted(column)} ${comparison} ${place(one)}`);
    return `(${each.join(operator === "NOT" ? " AND " : " OR ")})`;
  });
  return { text: conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`, parameters };
}

export function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

function parsed(text: string): z.infer<typeof filtersSchema> {
  try {
    return filtersSchema.parse(JSON.parse(text));
  } catch {
    throw invalidParameter("filters_json must be a JSON object of columns and values.");
  }
}

function isOperator(word: string): word is keyof typeof OPERATORS {
  return Object.hasOwn(OPERATORS, word);
}

function typeOf(value: Value): string {
  if (typeof value === "number") return Number.isInteger(value) ? "BIGINT" : "DOUBLE";
  return typeof value === "boolean" ? "BOOLEAN" : "STRING";
}
