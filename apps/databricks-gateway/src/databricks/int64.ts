/**
 * An int64 for a request of the SDK, whose types have it as a number, which cannot hold it. A string of digits is sent as it
 * is, and Databricks takes it in a query and in a body (docs/databricks.md, Jobs).
 */
export function int64(digits: string): number;
export function int64(digits: string | undefined): number | undefined;
export function int64(digits: string | undefined): number | undefined {
  // See above.
  return digits as unknown as number;
}
