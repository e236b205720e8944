import { SqlError, unsupported } from "../sql-error.ts";
import type { FrameBound, SortItem, WindowSpec } from "../syntax/expression-ast.ts";
import { isDateTime, isInterval, isNumeric } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { isConstant } from "./constant.ts";
import { holdsMap } from "./map-order.ts";
import { orderable } from "./orderable.ts";
import { type Scope, withoutWindows } from "./scope.ts";
import type { Translation } from "./translation.ts";
import type { Typed } from "./typed.ts";

export function overClause(spec: WindowSpec, scope: Scope, translation: Translation): string {
  const full = fullWindow(spec, scope);
  const inner = withoutWindows(scope, "a window specification");
  const parts: string[] = [];
  if (full.partitionBy.length > 0) {
    const keys = full.partitionBy.map((one) => {
      const { sql, type } = translation.expression(one, inner);
      if (!holdsMap(type)) return sql;
      const text = `Column expression cannot be sorted because its type "${sqlTypeText(type)}" is not orderable.`;
      throw new SqlError("EXPRESSION_TYPE_IS_NOT_ORDERABLE", text, translation.position(one.at));
    });
    parts.push(`PARTITION BY ${keys.join(", ")}`);
  }
  if (full.orderBy.length > 0) {
    parts.push(
      `ORDER BY ${full.orderBy.map((item) => sortText(item, translation.expression(item.expression, inner))).join(", ")}`,
    );
  }
  if (full.frame !== undefined) {
    const { unit, start, end } = full.frame;
    if (unit === "RANGE" && [start, end].some((bound) => "offset" in bound))
      checkRange(full, inner, translation);
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

/** The offset of a RANGE is added to the values of one order. */
function checkRange(spec: WindowSpec, scope: Scope, translation: Translation): void {
  const [item, second] = spec.orderBy;
  if (item === undefined || second !== undefined)
    throw new SqlError(
      `DATATYPE_MISMATCH.${second === undefined ? "RANGE_FRAME_WITHOUT_ORDER" : "RANGE_FRAME_MULTI_ORDER"}`,
      "A range window frame with an offset needs exactly one expression in its ORDER BY.",
    );
  const { type } = translation.expression(item.expression, scope);
  const position = translation.position(item.expression.at);
  if (!isNumeric(type) && !isDateTime(type) && !isInterval(type))
    throw new SqlError(
      "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
      `The order of a range window frame has the type "${sqlTypeText(type)}", to which no offset can be added.`,
      position,
    );
  const byInterval = [spec.frame?.start, spec.frame?.end].some(
    (bound) =>
      bound !== undefined &&
      "offset" in bound &&
      isInterval(translation.expression(bound.offset, scope).type),
  );
  const accepted = byInterval ? isDateTime(type) : isNumeric(type) || type.kind === "date";
  if (!accepted)
    throw unsupported(
      "WINDOW_FRAME",
      `RANGE with this offset and an order of the type ${sqlTypeText(type)}`,
      position,
    );
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
      "MISSING_WINDOW_SPECIFICATION",
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
      if (!isConstant(bound.offset))
        throw new SqlError(
          "_LEGACY_ERROR_TEMP_0064",
          "Frame bound value must be a literal.",
          translation.position(bound.offset.at),
        );
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
