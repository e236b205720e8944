/**
 * One statement and what Databricks answers: the rows, or the class of the error. BIGINT, DECIMAL and times are written
 * as text, so that they are exact; `types` are checked where they are the point.
 */
export interface Case {
  sql: string;
  rows?: unknown[][];
  types?: string[];
  error?: string;
}

export const gives = (sql: string, rows: unknown[][], types?: string[]): Case => ({
  sql,
  rows,
  ...(types === undefined ? {} : { types }),
});
/** One row. */
export const row = (sql: string, ...values: unknown[]): Case => ({ sql, rows: [values] });
/** One row, and its types. */
export const typed = (sql: string, types: string, ...values: unknown[]): Case => ({
  sql,
  rows: [values],
  types: types.split(" "),
});
export const fails = (sql: string, error: string): Case => ({ sql, error });
/** A step towards later cases of the same file. */
export const does = (sql: string): Case => ({ sql });
