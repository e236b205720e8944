import { quoteName } from "../duckdb/quote.ts";
import type { DataType } from "./data-type.ts";

const SIMPLE: Partial<Record<DataType["kind"], string>> = {
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  int: "INTEGER",
  bigint: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  string: "VARCHAR",
  binary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMP WITH TIME ZONE",
  timestamp_ntz: "TIMESTAMP",
  // As months or microseconds: exact, and ordered as in Spark, unlike DuckDB's INTERVAL.
  interval_ym: "INTEGER",
  interval_dt: "BIGINT",
  variant: "JSON",
  void: "INTEGER",
};

/** The DuckDB type that holds a Databricks type. */
export function duckType(type: DataType): string {
  switch (type.kind) {
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "array":
      return `${duckType(type.element)}[]`;
    case "map":
      return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
    case "struct":
      return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${duckType(field.type)}`).join(", ")})`;
    default:
      return SIMPLE[type.kind] ?? "VARCHAR";
  }
}
