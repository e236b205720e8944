import {
  type DataType,
  declaredTypeFromText,
  typeFromText,
  typeName,
  typeText,
} from "@front-door/sql-engine";
import type { Column } from "./securables.ts";

interface ColumnDescription {
  name: string;
  /** A SQL type such as `bigint` or `array<decimal(15,2)>`. */
  type: string;
  nullable: boolean;
  comment?: string | undefined;
  /** The text of its DEFAULT expression. */
  defaultText?: string | undefined;
}

/** A column as Unity Catalog describes it. Throws SqlError if the type is not valid. */
export function columnOf(column: ColumnDescription, position: number): Column {
  const { name, nullable, comment, defaultText } = column;
  const type = typeFromText(column.type);
  const declared = typeText(declaredTypeFromText(column.type));
  const metadata = {
    ...(comment === undefined ? {} : { comment }),
    ...(defaultText === undefined ? {} : { [DEFAULT_KEY]: defaultText }),
    ...(declared === typeText(type) ? {} : { [CHAR_VARCHAR_KEY]: declared }),
  };
  return {
    name,
    type_text: declared,
    type_name: typeName(type),
    type_json: JSON.stringify({ name, type: sparkJson(type), nullable, metadata }),
    position,
    nullable,
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Spark's schemas say STRING for VARCHAR(n) and CHAR(n), and keep the declared type under this key. */
const CHAR_VARCHAR_KEY = "__CHAR_VARCHAR_TYPE_STRING";

/** Where Spark keeps a column's DEFAULT. */
const DEFAULT_KEY = "CURRENT_DEFAULT";

export function defaultOf(column: Column): string | undefined {
  const { metadata } = JSON.parse(column.type_json) as { metadata?: Record<string, string> };
  return metadata?.[DEFAULT_KEY];
}

/** Types that Spark's JSON schema names differently from SQL. */
const SPARK_NAMES: Partial<Record<DataType["kind"], string>> = {
  tinyint: "byte",
  smallint: "short",
  int: "integer",
  bigint: "long",
};

function sparkJson(type: DataType): unknown {
  if (type.kind === "array")
    return { type: "array", elementType: sparkJson(type.element), containsNull: true };
  if (type.kind === "map") {
    return {
      type: "map",
      keyType: sparkJson(type.key),
      valueType: sparkJson(type.value),
      valueContainsNull: true,
    };
  }
  if (type.kind !== "struct") return SPARK_NAMES[type.kind] ?? typeText(type);
  const fields = type.fields.map(({ name, type: of, nullable }) => ({
    name,
    type: sparkJson(of),
    nullable,
    metadata: {},
  }));
  return { type: "struct", fields };
}
