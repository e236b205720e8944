import { unsupported } from "../sql-error.ts";
import { isNested } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { refuseMap } from "./map-order.ts";
import type { Typed } from "./typed.ts";

/**
 * Refuses to order nested values: inside them NULL is the largest value in DuckDB and the smallest in Spark, so
 * max(struct(a, b)) would return another row.
 */
export function orderable<Value extends Typed>(value: Value): Value {
  refuseMap(value.type, "sortorder");
  if (isNested(value.type) || value.type.kind === "variant") {
    throw unsupported("NESTED_ORDER", `ordering values of the type ${sqlTypeText(value.type)}`);
  }
  return value;
}
