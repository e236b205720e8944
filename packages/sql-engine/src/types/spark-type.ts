import { unsupported } from "../sql-error.ts";
import {
  array,
  BIGINT,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  FLOAT,
  INT,
  map,
  SMALLINT,
  STRING,
  type StructField,
  TIMESTAMP,
  TINYINT,
} from "./data-type.ts";

const SIMPLE: Record<string, DataType> = {
  BOOLEAN,
  TINYINT,
  SMALLINT,
  INTEGER: INT,
  BIGINT,
  UTINYINT: SMALLINT,
  USMALLINT: INT,
  UINTEGER: BIGINT,
  FLOAT,
  DOUBLE,
  VARCHAR: STRING,
  JSON: STRING,
  UUID: STRING,
  TIME: STRING,
  BLOB: BINARY,
  DATE,
  TIMESTAMP: TIMESTAMP,
  TIMESTAMP_S: TIMESTAMP,
  TIMESTAMP_MS: TIMESTAMP,
  "TIMESTAMP WITH TIME ZONE": TIMESTAMP,
  UBIGINT: decimal(20, 0),
  HUGEINT: decimal(38, 0),
};

/** The Databricks type for a column that DuckDB read from a file. */
export function sparkType(duckType: string): DataType {
  const text = duckType.trim();
  const simple = SIMPLE[text.toUpperCase()];
  if (simple !== undefined) return simple;
  if (text.endsWith("[]")) return array(sparkType(text.slice(0, -2)));
  const exact = /^DECIMAL\((\d+),\s*(\d+)\)$/i.exec(text);
  if (exact !== null) return decimal(Number(exact[1]), Number(exact[2]));
  const [, head = "", body = ""] = /^(STRUCT|MAP)\s*\((.*)\)$/is.exec(text) ?? [];
  if (head.toUpperCase() === "MAP") {
    const [key = "", value = ""] = splitTop(body);
    return map(sparkType(key), sparkType(value));
  }
  if (head.toUpperCase() === "STRUCT") return { kind: "struct", fields: splitTop(body).map(structField) };
  throw unsupported("FILE_COLUMN_TYPE", `a file's column of the type ${text}`);
}

function structField(text: string): StructField {
  const field = text.trim();
  const match = /^"((?:[^"]|"")*)"\s(.*)$/s.exec(field) ?? /^(\S+)\s(.*)$/s.exec(field);
  return { name: match?.[1]?.replaceAll('""', '"') ?? "", type: sparkType(match?.[2] ?? ""), nullable: true };
}

/** Splits at commas outside brackets and quotes. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let [depth, start, quoted] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === "," && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
