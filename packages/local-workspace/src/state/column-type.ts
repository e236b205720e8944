import type { Column } from "./securables.ts";

/** SQL type → Unity Catalog's `type_name` and the type's name in Spark's JSON schema. */
const TYPES: Record<string, { name: string; spark: string }> = {
  bigint: { name: "LONG", spark: "long" },
  binary: { name: "BINARY", spark: "binary" },
  boolean: { name: "BOOLEAN", spark: "boolean" },
  date: { name: "DATE", spark: "date" },
  double: { name: "DOUBLE", spark: "double" },
  float: { name: "FLOAT", spark: "float" },
  int: { name: "INT", spark: "integer" },
  smallint: { name: "SHORT", spark: "short" },
  string: { name: "STRING", spark: "string" },
  timestamp: { name: "TIMESTAMP", spark: "timestamp" },
  timestamp_ntz: { name: "TIMESTAMP_NTZ", spark: "timestamp_ntz" },
  tinyint: { name: "BYTE", spark: "byte" },
};

/** A column as Unity Catalog describes it. Throws for a SQL type that is not in the table above. */
export function columnOf(
  column: { name: string; type: string; nullable: boolean; comment?: string | undefined },
  position: number,
): Column {
  const type = /^decimal\(\d+,\d+\)$/.test(column.type)
    ? { name: "DECIMAL", spark: column.type }
    : TYPES[column.type];
  if (type === undefined) throw new Error(`Column ${column.name}: the type ${column.type} is not known.`);
  const { name, nullable, comment } = column;
  const metadata = comment === undefined ? {} : { comment };
  return {
    name,
    type_text: column.type,
    type_name: type.name,
    type_json: JSON.stringify({ name, type: type.spark, nullable, metadata }),
    position,
    nullable,
    ...(comment === undefined ? {} : { comment }),
  };
}
