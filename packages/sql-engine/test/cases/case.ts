/**
 * A statement and what Databricks returns: the rows or the class of the error. BIGINT, DECIMAL and times are text, so
 * that they are exact. `types` are checked if given.
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
/** The statement returns one row. */
export const row = (sql: string, ...values: unknown[]): Case => ({ sql, rows: [values] });
/** The statement returns one row of these types. */
export const typed = (sql: string, types: string, ...values: unknown[]): Case => ({
  sql,
  rows: [values],
  types: types.split(" "),
});
export const fails = (sql: string, error: string): Case => ({ sql, error });
/** A step that later cases of the same file build on. */
export const does = (sql: string): Case => ({ sql });
