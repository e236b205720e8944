import {
  type DataType as ArrowType,
  Binary,
  Bool,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_,
  Null,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";
import { sessionMode } from "../session-mode.ts";
import { arrowZone } from "../time-zone.ts";
import type { OutputColumn } from "../translate/scope.ts";
import type { DataType } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";

/** The Arrow type that Databricks sends for a SQL type. Intervals and VARIANT are sent as text. */
export function arrowType(type: DataType): ArrowType {
  switch (type.kind) {
    case "void":
      return new Null();
    case "boolean":
      return new Bool();
    case "tinyint":
      return new Int8();
    case "smallint":
      return new Int16();
    case "int":
      return new Int32();
    case "bigint":
      return new Int64();
    case "float":
      return new Float32();
    case "double":
      return new Float64();
    case "decimal":
      return new Decimal(type.scale, type.precision);
    case "binary":
      return new Binary();
    case "date":
      return new DateDay();
    case "timestamp":
      return new TimestampMicrosecond(arrowZone(sessionMode().zone));
    case "timestamp_ntz":
      return new TimestampMicrosecond();
    case "array":
      return new List(new Field("element", arrowType(type.element), true));
    case "map": {
      const key: Field<ArrowType> = new Field("key", arrowType(type.key), false);
      const value: Field<ArrowType> = new Field("value", arrowType(type.value), true);
      return new Map_(
        new Field("entries", new Struct<{ key: ArrowType; value: ArrowType }>([key, value]), false),
      );
    }
    case "struct":
      return new Struct(type.fields.map((field) => new Field(field.name, arrowType(field.type), true)));
    default:
      return new Utf8();
  }
}

/** The schema of `sent`, whose fields name the types of `columns`. Names may repeat, because readers go by position. */
export function arrowSchema(columns: OutputColumn[], sent = columns): Schema {
  return new Schema(
    columns.map(
      (column, i) =>
        new Field(
          column.name,
          arrowType((sent[i] ?? column).type),
          column.nullable,
          new Map([["Spark:DataType:SqlName", sqlTypeText(column.type)]]),
        ),
    ),
  );
}
