import type { DataType } from "./data-type.ts";

const bare = (name: string) => (/^[A-Za-z0-9_]+$/.test(name) ? name : `\`${name.replaceAll("`", "``")}\``);

/** The text in DESCRIBE and in Unity Catalog's `type_text`: `array<struct<a:int>>`. */
export function typeText(type: DataType): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "string":
      return type.length === undefined
        ? "string"
        : `${type.fixed === true ? "char" : "varchar"}(${type.length})`;
    case "interval_ym":
    case "interval_dt": {
      const { from, to } = type;
      return `interval ${from === to ? from.toLowerCase() : `${from} to ${to}`.toLowerCase()}`;
    }
    case "array":
      return `array<${typeText(type.element)}>`;
    case "map":
      return `map<${typeText(type.key)},${typeText(type.value)}>`;
    case "struct":
      return `struct<${type.fields.map((field) => `${bare(field.name)}:${typeText(field.type)}`).join(",")}>`;
    default:
      return type.kind;
  }
}

/** The text in error messages: `DECIMAL(10,2)`. */
export function sqlTypeText(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `ARRAY<${sqlTypeText(type.element)}>`;
    case "map":
      return `MAP<${sqlTypeText(type.key)}, ${sqlTypeText(type.value)}>`;
    case "struct":
      return `STRUCT<${type.fields.map((field) => `${bare(field.name)}: ${sqlTypeText(field.type)}`).join(", ")}>`;
    default:
      return typeText(type).toUpperCase();
  }
}

const TYPE_NAMES: Partial<Record<DataType["kind"], string>> = {
  tinyint: "BYTE",
  smallint: "SHORT",
  bigint: "LONG",
  interval_ym: "INTERVAL",
  interval_dt: "INTERVAL",
  void: "NULL",
};

/** The `type_name` of Unity Catalog's columns and of the Statement Execution API. */
export function typeName(type: DataType): string {
  return TYPE_NAMES[type.kind] ?? type.kind.toUpperCase();
}
