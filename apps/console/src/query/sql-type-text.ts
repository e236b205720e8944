import { type DataType, type Field, Type } from "apache-arrow";

/** With the fields of single types: the `typeId` tells which ones a type has. */
type DetailedType = DataType & {
  readonly bitWidth: number;
  readonly precision: number;
  readonly scale: number;
  readonly timezone?: string | null;
};

const texts: Readonly<Record<number, (type: DetailedType) => string>> = {
  [Type.Null]: () => "VOID",
  [Type.Bool]: () => "BOOLEAN",
  [Type.Int]: ({ bitWidth }) => ({ 8: "TINYINT", 16: "SMALLINT", 32: "INT" })[bitWidth] ?? "BIGINT",
  // Arrow counts the precision of floats: 1 is single.
  [Type.Float]: ({ precision }) => (precision === 1 ? "FLOAT" : "DOUBLE"),
  [Type.Decimal]: ({ precision, scale }) => `DECIMAL(${precision},${scale})`,
  [Type.Utf8]: () => "STRING",
  [Type.Binary]: () => "BINARY",
  [Type.Date]: () => "DATE",
  [Type.Timestamp]: ({ timezone }) => (timezone ? "TIMESTAMP" : "TIMESTAMP_NTZ"),
  [Type.Time]: () => "TIME",
  [Type.List]: (type) => `ARRAY<${childTexts(type).join("")}>`,
  [Type.Struct]: (type) => `STRUCT<${childTexts(type, ({ name }) => `${name}: `).join(", ")}>`,
  [Type.Map]: (type) => `MAP<${type.children.flatMap((entries) => childTexts(entries.type)).join(", ")}>`,
};

/** The SQL type of an Arrow type, for a server that does not name it. */
export function sqlTypeText(type: DataType): string {
  return texts[type.typeId]?.(type as DetailedType) ?? "UNKNOWN";
}

function childTexts(type: DataType, before: (field: Field) => string = () => ""): string[] {
  return type.children.map((field: Field) => `${before(field)}${sqlTypeText(field.type)}`);
}
