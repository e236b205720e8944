import { SqlError, unsupported } from "../sql-error.ts";
import type { FrameBound, SortItem, WindowSpec } from "../syntax/expression-ast.ts";
import { orderable } from "./orderable.ts";
import type { Scope } from "./scope.ts";
import type { Translation } from "./translation.ts";
import type { Typed } from "./typed.ts";

export function overClause(spec: WindowSpec, scope: Scope, translation: Translation): string {
  const full = withBase(spec, scope);
  const parts: string[] = [];
  if (full.partitionBy.length > 0) {
    parts.push(
      `PARTITION BY ${full.partitionBy.map((one) => translation.expression(one, scope).sql).join(", ")}`,
    );
  }
  if (full.orderBy.length > 0) {
    parts.push(
      `ORDER BY ${full.orderBy.map((item) => sortText(item, translation.expression(item.expression, scope))).join(", ")}`,
    );
  }
  if (full.frame !== undefined) {
    const { unit, start, end } = full.frame;
    const bound = (one: FrameBound) => boundText(one, unit, scope, translation);
    parts.push(`${unit} BETWEEN ${bound(start)} AND ${bound(end)}`);
  }
  return `OVER (${parts.join(" ")})`;
}

/** Always states the order of NULLs, because DuckDB's default differs. */
export function sortText(item: SortItem, value: Typed): string {
  return `${orderable(value).sql} ${item.descending ? "DESC" : "ASC"} NULLS ${item.nullsFirst ? "FIRST" : "LAST"}`;
}

function withBase(spec: WindowSpec, scope: Scope): WindowSpec {
  if (spec.base === undefined) return spec;
  const base = scope.windows.get(spec.base.toLowerCase());
  if (base === undefined)
    throw new SqlError(
      "INVALID_PARAMETER_VALUE",
      `Window specification ${spec.base} is not defined in the WINDOW clause.`,
    );
  const inherited = withBase(base, scope);
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
