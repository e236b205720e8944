import { isErrorCode } from "./errors.ts";

/**
 * A failure's code as the label of a metric: empty without a failure, and `other` for a code that is not in the error table.
 * Databricks has many of those, and whoever deploys a model makes up their own: each would be a series of its own.
 */
export function errorCodeLabel(code: string | undefined): string {
  if (code === undefined) return "";
  return isErrorCode(code) ? code : "other";
}
