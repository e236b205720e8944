import { OperationError, type OperationName, operations } from "@front-door/operations";

/**
 * The reply as the contract describes it, without fields that it does not have. Throws UPSTREAM_INVALID_RESPONSE, whose
 * cause names the field for the log, never its value.
 */
export function validateResult(name: OperationName, result: object): unknown {
  const { result: schema } = operations[name];
  const asGiven = schema.safeParse(result);
  if (asGiven.success) return asGiven.data;
  // Databricks writes null for what is not there; the contract leaves it out. Rare, so only looked at on failure.
  const parsed = schema.safeParse(withoutNulls(result));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5);
  const fields = issues.map((issue) => `${issue.path.join(".")} (${issue.code})`).join(", ");
  throw new OperationError(
    "UPSTREAM_INVALID_RESPONSE",
    "Databricks answered with something other than its API describes.",
    { cause: new Error(`${name}: ${fields}`) },
  );
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key, item]) => item !== null && key !== "__proto__");
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}
