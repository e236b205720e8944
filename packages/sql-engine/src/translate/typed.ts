import { liftSubqueries, SUBQUERY_MARK } from "../duckdb/lifted-subqueries.ts";
import { REPEATED_TEXT_MAX } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import type { DataType } from "../types/data-type.ts";

/** A translated expression: DuckDB text that is valid in any context, and its Databricks type. */
export interface Typed {
  sql: string;
  type: DataType;
  /** The value of a literal, for functions that need one during the translation. */
  literal?: string | number | boolean | null;
  /** True if each evaluation can differ, so that the text must not be duplicated. */
  volatile?: boolean;
  /** The length of the CHAR(n) column that this value is. Comparisons ignore the spaces that fill it. */
  charLength?: number;
  /** True if the entries of each map in the value are in the order of their keys. */
  mapsSorted?: boolean;
  /** False only if no row can have a NULL. */
  nullable?: boolean;
}

export const typed = (sql: string, type: DataType): Typed => ({ sql, type });

export const textLiteral = (value: string, type: DataType): Typed => ({
  sql: quoteText(value),
  type,
  literal: value,
});

/**
 * Uses a value several times in an expression. A long value is bound to a lambda's variable rather than repeated, since
 * nested casts would grow exponentially. The name depends only on the text, because DuckDB compares expressions with
 * those of GROUP BY by their form.
 */
export function bind(sql: string, body: (value: string) => string): string {
  if (sql.length <= 60) return body(sql);
  const name = `v_${fingerprint(sql)}`;
  const plain = body(name);
  if (!plain.includes(SUBQUERY_MARK)) return `list_transform([${sql}], lambda ${name}: ${plain})[1]`;
  const { text, fields } = liftSubqueries(body(`${name}.v`), name);
  return `list_transform([{${[`'v': ${sql}`, ...fields].join(", ")}}], lambda ${name}: ${text})[1]`;
}

/**
 * An expression of values, which are bound to a lambda's variable if the expression would repeat a long one. Short literals stay, since
 * DuckDB needs some as constants.
 */
export function withoutRepetition<Values extends readonly Typed[]>(
  values: Values,
  build: (values: Values) => Typed,
): Typed {
  const plain = build(values);
  if (!values.some(({ sql }) => sql.length > REPEATED_TEXT_MAX && isRepeated(sql, plain.sql))) return plain;
  const name = `v_${fingerprint(plain.sql)}`;
  const fields: string[] = [];
  const bound = values.map((value, i) => {
    if (value.literal !== undefined && value.sql.length <= REPEATED_TEXT_MAX) return value;
    fields.push(`'a${i}': ${value.sql}`);
    return { ...value, sql: `${name}.a${i}` };
  });
  // `map` keeps the length of a tuple, which its type does not say.
  const built = build(bound as unknown as Values);
  return { ...built, sql: `list_transform([{${fields.join(", ")}}], lambda ${name}: ${built.sql})[1]` };
}

const isRepeated = (part: string, text: string): boolean => text.indexOf(part) !== text.lastIndexOf(part);

function fingerprint(text: string): string {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193) >>> 0;
    b = Math.imul(b + code, 0x85ebca6b) >>> 0;
  }
  return `${a.toString(36)}${b.toString(36)}`;
}

/** DuckDB text that fails with this error class when it is evaluated. */
export const raise = (errorClass: string, text: string): string =>
  `error(${quoteText(`[${errorClass}] ${text}`)})`;
