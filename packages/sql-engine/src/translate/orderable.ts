import { unsupported } from "../sql-error.ts";
import { isNested } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import type { Typed } from "./typed.ts";

/**
 * Refuses to put nested values in order: inside of them DuckDB takes NULL as the largest value and Spark as the smallest,
 * so max(struct(a, b)) would be another row.
 */
export function orderable<Value extends Typed>(value: Value): Value {
  if (isNested(value.type) || value.type.kind === "variant") {
    throw unsupported("NESTED_ORDER", `an order of values of the type ${sqlTypeText(value.type)}`);
  }
  return value;
}
