import type { ErrorDetail } from "@front-door/operations";
import { type Redactor, redactJson } from "@front-door/service-runtime";

const detailsMax = 20;
const fieldsMax = 20;
const textLengthMax = 2000;

type Detail = Readonly<Record<string, unknown>>;

/**
 * Databricks' error details (google.rpc) in the one shape of ours: redacted, at most 20 of them, each with at most 20 fields
 * at every level, 20 entries in a list and 2,000 characters in a text. DebugInfo is left out: it has stack traces.
 */
export function errorDetails(given: readonly unknown[] | undefined, redact: Redactor): ErrorDetail[] {
  const details = (given ?? []).filter(isObject).slice(0, detailsMax);
  const fit = details.filter((detail) => kindOf(detail["@type"]) !== "DebugInfo");
  return fit
    .flatMap((detail) => toDetails(bounded(redactJson(detail, redact)) as Detail))
    .slice(0, detailsMax);
}

function toDetails({ "@type": type, field_violations: violations, ...detail }: Detail): ErrorDetail[] {
  if (Array.isArray(violations)) {
    return violations
      .filter(isObject)
      .map(({ field, description }) => ({ field: textOf(field), message: textOf(description) }));
  }
  const { reason, domain, metadata, ...others } = detail;
  const more = { ...(isObject(metadata) ? metadata : {}), ...others };
  return [
    {
      reason: textOf(reason) ?? kindOf(type),
      domain: textOf(domain),
      metadata: Object.keys(more).length > 0 ? more : undefined,
    },
  ];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** `RequestInfo` of `type.googleapis.com/google.rpc.RequestInfo`. */
function kindOf(type: unknown): string | undefined {
  return textOf(type)?.slice(-textLengthMax).split(/[./]/).at(-1);
}

function bounded(value: unknown): unknown {
  if (typeof value === "string") return value.slice(0, textLengthMax).toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, fieldsMax).map(bounded);
  const fields = Object.entries(value).slice(0, fieldsMax);
  return Object.fromEntries(fields.map(([name, each]) => [name.slice(0, textLengthMax), bounded(each)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
