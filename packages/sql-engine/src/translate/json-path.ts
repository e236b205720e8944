import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { STRING, VARIANT } from "../types/data-type.ts";
import { wrongType } from "./coerce.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

/** `json:a.b[0]` returns text for a STRING, and a VARIANT for a VARIANT. */
export function jsonPathOf(
  base: Typed,
  path: (string | number)[],
  translation: Translation,
  at: number,
): Typed {
  const text = quoteText(pathText(path));
  if (base.type.kind === "variant") return typed(`json_extract(${base.sql}, ${text})`, VARIANT);
  if (base.type.kind !== "string") throw wrongType(base.type, "STRING or VARIANT", ":", translation, at);
  return typed(macro("get_json", base.sql, text), STRING);
}

/** Writes a JSON path for DuckDB. */
export function pathText(steps: (string | number)[]): string {
  return `$${steps.map((step) => (typeof step === "number" ? `[${step}]` : `."${step.replaceAll('"', String.raw`\"`)}"`)).join("")}`;
}
