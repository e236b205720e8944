import type { SqlParameter } from "@front-door/operations";

const intMax = 2_147_483_647;

/** A value as text, with the name of its SQL type. Null always has the type VOID. */
export function typedParameter(parameter: SqlParameter): { value: string | null; type: string } {
  const { value, type } =
    typeof parameter === "object" && parameter !== null
      ? parameter
      : { value: parameter, type: typeOf(parameter) };
  if (value === null || type === "VOID") return { value: null, type: "VOID" };
  const text = typeof value === "boolean" ? String(value).toUpperCase() : String(value);
  return { value: text, type: type === "DECIMAL" ? decimalTypeOf(text) : plainName(type) };
}

function typeOf(value: string | number | boolean | null): string {
  if (value === null) return "VOID";
  if (typeof value === "boolean") return "BOOLEAN";
  if (typeof value === "string") return "STRING";
  if (!Number.isInteger(value)) return "DOUBLE";
  return Math.abs(value) <= intMax ? "INT" : "BIGINT";
}

function plainName(type: string): string {
  // Only a DECIMAL has blanks that mean nothing; those of INTERVAL MONTH do.
  return type.startsWith("DECIMAL") ? type.replaceAll(/\s/g, "") : type;
}

/** The precision of the value itself: Spark's bare DECIMAL is DECIMAL(10,0), which rounds 12.5. */
function decimalTypeOf(text: string): string {
  const [, whole = "", fraction = ""] = /^[+-]?(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  const precision = Math.max(whole.replace(/^0+/, "").length + fraction.length, 1);
  return precision <= 38 ? `DECIMAL(${precision},${fraction.length})` : "DECIMAL(38,0)";
}
