import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { sessionMode } from "../session-mode.ts";
import { type DataType, STRING } from "../types/data-type.ts";
import { depthOf, fieldOf } from "./cast-nested.ts";
import { toClock } from "./clock.ts";
import { dayTimeText, yearMonthText } from "./interval-text.ts";
import { bind, raise, type Typed, typed } from "./typed.ts";

const SMALL_DECIMAL = raise(
  "UNSUPPORTED_FEATURE.DECIMAL_TEXT",
  "The feature is not supported by the local SQL engine: with ANSI mode off, the text of a DECIMAL below 0.000001.",
);

/** A value's text, as Spark's CAST to STRING writes it. */
export function castToString(value: Typed): Typed {
  return { ...value, sql: toText(value.sql, value.type), type: STRING };
}

function toText(sql: string, type: DataType): string {
  switch (type.kind) {
    case "string":
      return sql;
    case "float":
    case "double":
      return bind(sql, (v) => macro("floating_text", v));
    case "timestamp":
      return `CAST(${toClock(sql)} AS VARCHAR)`;
    case "binary":
      return `decode(${sql})`;
    case "interval_ym":
      return bind(sql, (v) => yearMonthText(v, type));
    case "interval_dt":
      return bind(sql, (v) => dayTimeText(v, type));
    case "array": {
      const e = `e${depthOf(type)}`;
      const items = `list_transform(${sql}, lambda ${e}: ${orNull(e, type.element)})`;
      return `('[' || array_to_string(${items}, ', ') || ']')`;
    }
    case "map": {
      const e = `e${depthOf(type)}`;
      const item = `${orNull(`${e}.key`, type.key)} || ' -> ' || ${orNull(`${e}.value`, type.value)}`;
      return `('{' || array_to_string(list_transform(map_entries(${sql}), lambda ${e}: ${item}), ', ') || '}')`;
    }
    case "struct": {
      const fields = (v: string) => type.fields.map((field) => orNull(fieldOf(v, field.name), field.type));
      return bind(
        sql,
        (v) =>
          `CASE WHEN ${v} IS NOT NULL THEN '{' || concat_ws(${quoteText(", ")}, ${fields(v).join(", ")}) || '}' END`,
      );
    }
    case "decimal": {
      const text = `CAST(${sql} AS VARCHAR)`;
      // DuckDB writes a DECIMAL(2,2) as `.25`, Java as `0.25`.
      // Without ANSI mode Java writes the smallest as `1E-7`.
      if (type.scale > 6 && !sessionMode().ansi)
        return bind(
          sql,
          (v) => `CASE WHEN abs(${v}) < 0.000001 THEN ${SMALL_DECIMAL} ELSE CAST(${v} AS VARCHAR) END`,
        );
      return type.precision === type.scale ? `regexp_replace(${text}, '^(-?)\\.', '\\10.')` : text;
    }
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

const orNull = (sql: string, type: DataType): string =>
  `coalesce(${castToString(typed(sql, type)).sql}, 'null')`;
