import { invalidParameter } from "../http/api-error.ts";

/** Whether a write may replace a file. Throws 400 for a value other than true and false. */
export function overwriteOf(query: URLSearchParams): boolean {
  const value = query.get("overwrite");
  if (value === null || value === "true") return true;
  if (value === "false") return false;
  throw invalidParameter(`overwrite must be true or false, got "${value}".`);
}
