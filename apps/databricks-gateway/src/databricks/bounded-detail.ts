import type { ErrorDetail } from "@front-door/operations";

const fieldsMax = 20;
const textLengthMax = 2000;

/** The detail with at most 20 fields at each level, 20 entries in a list and 2,000 characters in a text. */
export function boundedDetail(detail: ErrorDetail): ErrorDetail {
  return Object.fromEntries(
    Object.entries(detail)
      .slice(0, fieldsMax)
      .map(([name, value]) => [name.slice(0, textLengthMax), bounded(value)]),
  );
}

function bounded(value: unknown): unknown {
  if (typeof value === "string") return value.slice(0, textLengthMax).toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, fieldsMax).map(bounded);
  return boundedDetail(value as ErrorDetail);
}
