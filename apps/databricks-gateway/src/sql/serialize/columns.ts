import type { QueryColumn } from "@front-door/operations";
import { sqlTypeOf } from "../sql-type.ts";
import { type DataType, type DetailedType, type Field, Precision, type Schema, Type } from "./arrow.ts";

// The field metadata in which Databricks names the SQL type. Its Python connector recognizes VARIANT by it.
export const sqlTypeKey = "Spark:DataType:SqlName";

/** The columns as an Arrow schema describes them. */
export function describeColumns(schema: Schema): QueryColumn[] {
  return schema.fields.map((field, position) => {
    return {
      // Arrow's reader returns null for an empty name (`SELECT ''`), against its own types.
      // oxlint-disable-next-line typescript/no-unnecessary-condition
      name: field.name ?? "",
      ...sqlTypeOf(field.metadata.get(sqlTypeKey) ?? typeTextOf(field.type)),
      nullable: field.nullable,
      position,
    };
  });
}

const singlePrecision: number = Precision.SINGLE;

type TypeText = (type: DetailedType) => string;

const typeTexts: ReadonlyMap<number, TypeText> = new Map<number, TypeText>([
  [Type.Null, () => "VOID"],
  [Type.Bool, () => "BOOLEAN"],
  [Type.Int, ({ bitWidth }) => ({ 8: "TINYINT", 16: "SMALLINT", 32: "INT" })[bitWidth] ?? "BIGINT"],
  [Type.Float, ({ precision }) => (precision === singlePrecision ? "FLOAT" : "DOUBLE")],
  [Type.Decimal, ({ precision, scale }) => `DECIMAL(${precision},${scale})`],
  [Type.Utf8, () => "STRING"],
  [Type.Binary, () => "BINARY"],
  [Type.Date, () => "DATE"],
  [Type.Timestamp, ({ timezone }) => (timezone ? "TIMESTAMP" : "TIMESTAMP_NTZ")],
  [Type.Time, () => "TIME"],
  [Type.List, (type) => `ARRAY<${childTexts(type).join("")}>`],
  [Type.Struct, (type) => `STRUCT<${childTexts(type, ({ name }) => `${name}: `).join(", ")}>`],
  [Type.Map, (type) => `MAP<${type.children.flatMap((entries) => childTexts(entries.type)).join(", ")}>`],
]);

/** The SQL type of an Arrow type, for a server that does not name it. */
function typeTextOf(type: DataType): string {
  return typeTexts.get(type.typeId)?.(type as DetailedType) ?? "UNKNOWN";
}

function childTexts(type: DataType, before: (field: Field) => string = () => ""): string[] {
  return type.children.map((field: Field) => `${before(field)}${typeTextOf(field.type)}`);
}
