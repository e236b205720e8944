const numericTypes = new Set(["BIGINT", "DECIMAL", "DOUBLE", "FLOAT", "INT", "SMALLINT", "TINYINT"]);

/** Whether the values of a type stand at the right, digit below digit. */
export function isNumeric(type: string): boolean {
  return numericTypes.has(type);
}

/** A value as a line of text, with every digit. Nested values are JSON. */
export function cellText(cell: unknown): string {
  return typeof cell === "string" ? cell : JSON.stringify(cell);
}
