import { macro } from "../duckdb/macros.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import { comparisonType } from "../types/coercion.ts";
import { cast } from "./cast.ts";
import { toCommonType } from "./coerce.ts";
import { isConstant } from "./constant.ts";
import { refuseMap } from "./map-order.ts";
import type { Translation } from "./translation.ts";
import type { Typed } from "./typed.ts";

/**
 * Casts the sides of a comparison to one type. As in Spark, a CHAR(n) column, constants and other CHAR columns are
 * compared as if filled with spaces to the same length. `nodes` are the sides as written, where there are any.
 */
export function toComparable(
  sides: Typed[],
  nodes: readonly (Expression | undefined)[],
  what: string,
  translation: Translation,
  at: number,
  common = comparisonType,
): Typed[] {
  const { values, type } = toCommonType(sameNames(sides), what, translation, at, common);
  refuseMap(type, what, translation, at);
  const lengths = sides.flatMap((side) => side.charLength ?? []);
  if (lengths.length === 0 || type.kind !== "string") return values;
  const constants = values.filter((_, i) => sides[i]?.charLength === undefined);
  if (!sides.every((side, i) => side.charLength !== undefined || isConstant(nodes[i]))) return values;
  const width = `greatest(${[...lengths, ...constants.map(({ sql }) => `length(${sql})`)].join(", ")})`;
  return values.map((value) => ({ ...value, sql: macro("filled", value.sql, width) }));
}

/** Structs compare by position, whatever the names of their fields. */
function sameNames(sides: Typed[]): Typed[] {
  const [first] = sides;
  if (first?.type.kind !== "struct") return sides;
  const { fields } = first.type;
  return sides.map((side) => {
    if (side.type.kind !== "struct" || side.type.fields.length !== fields.length) return side;
    const renamed = side.type.fields.map((field, i) => ({ ...field, name: fields[i]?.name ?? field.name }));
    return cast(side, { kind: "struct", fields: renamed });
  });
}
