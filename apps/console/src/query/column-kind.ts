/** What can be done with the values of a column: calculate, place them in time, read them, or only look at them. */
export type ColumnKind = "number" | "time" | "text" | "other";

const kinds: readonly (readonly [ColumnKind, RegExp])[] = [
  ["number", /^(?:TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL)\b/],
  ["time", /^(?:DATE|TIMESTAMP)/],
  ["text", /^(?:STRING|VARCHAR|CHAR|BOOLEAN)/],
];

/** The kind of a SQL type, such as `DECIMAL(10,2)`. */
export function columnKind(type: string): ColumnKind {
  return kinds.find(([, types]) => types.test(type))?.[0] ?? "other";
}
