import { SqlError, unsupported } from "../sql-error.ts";
import type { FrameBound, SortItem, WindowSpec } from "../syntax/expression-ast.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { holdsMap } from "./map-order.ts";
import { orderable } from "./orderable.ts";
import type { Scope } from "./scope.ts";
import type { Translation } from "./translation.ts";
import type { Typed } from "./typed.ts";

export function overClause(spec: WindowSpec, scope: Scope, translation: Translation): string {
  const full = fullWindow(spec, scope);
  const parts: string[] = [];
  if (full.partitionBy.length > 0) {
    const keys = full.partitionBy.map((one) => {
      const { sql, type } = translation.expression(one, scope);
      if (!holdsMap(type)) return sql;
      const text = `Column expression cannot be sorted because its type "${sqlTypeText(type)}" is not orderable.`;
      throw new SqlError("EXPRESSION_TYPE_IS_NOT_ORDERABLE", text, translation.position(one.at));
    });
    parts.push(`PARTITION BY ${keys.join(", ")}`);
  }
  if (full.orderBy.length > 0) {
    parts.push(
      `ORDER BY ${full.orderBy.map((item) => sortText(item, translation.expression(item.expression, scope))).join(", ")}`,
    );
  }
  if (full.frame !== undefined) {
    const { unit, start, end } = full.frame;
    if (BOUNDS.indexOf(start.kind) > BOUNDS.indexOf(end.kind))
      throw new SqlError(
        "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON",
        "The lower bound of a window frame must be less than or equal to the upper bound.",
      );
    const bound = (one: FrameBound) => boundText(one, unit, scope, translation);
    parts.push(`${unit} BETWEEN ${bound(start)} AND ${bound(end)}`);
  }
  return `OVER (${parts.join(" ")})`;
}

/** From the first row of a partition to its last. */
const BOUNDS: FrameBound["kind"][] = [
  "unbounded_preceding",
  "preceding",
  "current_row",
  "following",
  "unbounded_following",
];

/** Always states the order of NULLs, because DuckDB's default differs. */
export function sortText(item: SortItem, value: Typed): string {
  return `${orderable(value).sql} ${item.descending ? "DESC" : "ASC"} NULLS ${item.nullsFirst ? "FIRST" : "LAST"}`;
}

/** The specification with what it inherits from a named window. */
export function fullWindow(spec: WindowSpec, scope: Scope): WindowSpec {
  if (spec.base === undefined) return spec;
  const base = scope.windows.get(spec.base.toLowerCase());
  if (base === undefined)
    throw new SqlError(
      "INVALID_PARAMETER_VALUE",
      `Window specification ${spec.base} is not defined in the WINDOW clause.`,
    );
  const inherited = fullWindow(base, scope);
  return {
    partitionBy: spec.partitionBy.length > 0 ? spec.partitionBy : inherited.partitionBy,
    orderBy: spec.orderBy.length > 0 ? spec.orderBy : inherited.orderBy,
    ...(spec.frame === undefined
      ? inherited.frame === undefined
        ? {}
        : { frame: inherited.frame }
      : { frame: spec.frame }),
  };
}

function boundText(
  bound: FrameBound,
  unit: "ROWS" | "RANGE",
  scope: Scope,
  translation: Translation,
): string {
  switch (bound.kind) {
    case "unbounded_preceding":
      return "UNBOUNDED PRECEDING";
    case "current_row":
      return "CURRENT ROW";
    case "unbounded_following":
      return "UNBOUNDED FOLLOWING";
    default: {
      const offset = translation.expression(bound.offset, scope);
      const text =
        offset.type.kind === "interval_dt"
          ? `to_microseconds(${offset.sql})`
          : offset.type.kind === "interval_ym"
            ? `to_months(${offset.sql})`
            : offset.sql;
      if (unit === "ROWS" && text !== offset.sql) throw unsupported("WINDOW_FRAME", "ROWS with an interval");
      return `${text} ${bound.kind.toUpperCase()}`;
    }
  }
}
