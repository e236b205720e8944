import { type DataType, type Map_ as MapType, Type } from "apache-arrow";
import type { ParquetWriter } from "hyparquet-writer";

export type ParquetSchema = ConstructorParameters<typeof ParquetWriter>[0]["schema"];
type Element = ParquetSchema[number];
/** What a name and a place make a column of. */
type ColumnType = Omit<Element, "name" | "repetition_type">;

/** With the fields of single types: the `typeId` tells which ones a type has. */
type DetailedType = DataType & {
  readonly bitWidth: 8 | 16 | 32 | 64;
  readonly precision: number;
  readonly scale: number;
  readonly unit: 0 | 1 | 2 | 3;
  readonly timezone?: string | null;
};

const units = [undefined, "MILLIS", "MICROS", "NANOS"] as const;

const leaves: Readonly<Record<number, (type: DetailedType) => ColumnType>> = {
  [Type.Null]: () => ({ type: "INT32", logical_type: { type: "NULL" } }),
  [Type.Bool]: () => ({ type: "BOOLEAN" }),
  [Type.Int]: ({ bitWidth }) =>
    bitWidth === 64 ? { type: "INT64" } : { type: "INT32", converted_type: `INT_${bitWidth}` },
  // Arrow counts the precision of floats: 1 is single.
  [Type.Float]: ({ precision }) => ({ type: precision === 1 ? "FLOAT" : "DOUBLE" }),
  [Type.Decimal]: ({ precision, scale }) => ({
    ...(precision <= 9
      ? { type: "INT32" }
      : precision <= 18
        ? { type: "INT64" }
        : { type: "FIXED_LEN_BYTE_ARRAY", type_length: 16 }),
    converted_type: "DECIMAL",
    precision,
    scale,
  }),
  [Type.Utf8]: () => ({ type: "BYTE_ARRAY", converted_type: "UTF8" }),
  [Type.Binary]: () => ({ type: "BYTE_ARRAY" }),
  [Type.Date]: () => ({ type: "INT32", converted_type: "DATE" }),
  [Type.Timestamp]: ({ unit, timezone }) => ({
    type: "INT64",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: Boolean(timezone), unit: unitOf(unit) },
  }),
  [Type.Time]: ({ unit }) => ({
    type: "INT64",
    logical_type: { type: "TIME", isAdjustedToUTC: false, unit: unitOf(unit) },
  }),
};

/** The Parquet schema of columns. Throws a TypeError for a type that the front door does not send. */
export function parquetSchema(names: readonly string[], types: readonly DataType[]): ParquetSchema {
  const columns = names.flatMap((name, index) => elements(name, types[index] as DataType, "OPTIONAL"));
  return [{ name: "root", num_children: names.length }, ...columns];
}

/** A column and everything in it, as Parquet lists them: each parent before its children. */
function elements(
  name: string,
  type: DataType,
  repetition_type: NonNullable<Element["repetition_type"]>,
): Element[] {
  switch (type.typeId) {
    case Type.List: {
      const [element] = type.children;
      return [
        { name, repetition_type, converted_type: "LIST", num_children: 1 },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        ...elements("element", element?.type, "OPTIONAL"),
      ];
    }
    case Type.Map: {
      const [key, value] = (type as MapType).childType.children;
      return [
        { name, repetition_type, converted_type: "MAP", num_children: 1 },
        { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
        ...elements("key", key?.type, "REQUIRED"),
        ...elements("value", value?.type, "OPTIONAL"),
      ];
    }
    case Type.Struct: {
      const fields = type.children.flatMap((field) => elements(field.name, field.type, "OPTIONAL"));
      return [{ name, repetition_type, num_children: type.children.length }, ...fields];
    }
    default: {
      const leaf = leaves[type.typeId];
      if (leaf === undefined) throw new TypeError(`Parquet has no type for Arrow type ${type.typeId}.`);
      return [{ name, repetition_type, ...leaf(type as DetailedType) }];
    }
  }
}

function unitOf(unit: DetailedType["unit"]) {
  const name = units[unit];
  if (name === undefined) throw new TypeError("Parquet has no times in seconds.");
  return name;
}
