import { SqlError } from "../sql-error.ts";
import {
  array,
  BIGINT,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  type DayTimeUnit,
  DOUBLE,
  decimal,
  FLOAT,
  INT,
  map,
  SMALLINT,
  STRING,
  type StructField,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  TINYINT,
  VARIANT,
  VOID,
  type YearMonthUnit,
} from "../types/data-type.ts";
import type { TokenStream } from "./token-stream.ts";

const SIMPLE = new Map<string, DataType>([
  ["BOOLEAN", BOOLEAN],
  ["TINYINT", TINYINT],
  ["BYTE", TINYINT],
  ["SMALLINT", SMALLINT],
  ["SHORT", SMALLINT],
  ["INT", INT],
  ["INTEGER", INT],
  ["BIGINT", BIGINT],
  ["LONG", BIGINT],
  ["FLOAT", FLOAT],
  ["REAL", FLOAT],
  ["DOUBLE", DOUBLE],
  ["STRING", STRING],
  ["BINARY", BINARY],
  ["DATE", DATE],
  ["TIMESTAMP", TIMESTAMP],
  ["TIMESTAMP_LTZ", TIMESTAMP],
  ["TIMESTAMP_NTZ", TIMESTAMP_NTZ],
  ["VARIANT", VARIANT],
  ["VOID", VOID],
]);
const DAY_TIME_UNITS = new Set(["DAY", "HOUR", "MINUTE", "SECOND"]);
const yearMonth = (unit: string): unit is YearMonthUnit => unit === "YEAR" || unit === "MONTH";
const dayTime = (unit: string): unit is DayTimeUnit => DAY_TIME_UNITS.has(unit);

/** Parses a type in a cast, a column or a parameter. Throws UNSUPPORTED_DATATYPE if it is unknown. */
export function parseType(tokens: TokenStream): DataType {
  const { at } = tokens;
  const name = tokens.identifier().toUpperCase();
  const simple = SIMPLE.get(name);
  if (simple !== undefined) return simple;
  switch (name) {
    case "DECIMAL":
    case "DEC":
    case "NUMERIC":
      return parseDecimal(tokens);
    case "VARCHAR":
    case "CHAR":
    case "CHARACTER": {
      tokens.expect("(");
      const length = tokens.integer();
      tokens.expect(")");
      return { kind: "string", length, ...(name === "VARCHAR" ? {} : { fixed: true }) };
    }
    case "ARRAY": {
      tokens.expect("<");
      const element = parseType(tokens);
      tokens.expectClosingAngle();
      return array(element);
    }
    case "MAP": {
      tokens.expect("<");
      const key = parseType(tokens);
      tokens.expect(",");
      const value = parseType(tokens);
      tokens.expectClosingAngle();
      return map(key, value);
    }
    case "STRUCT":
      return { kind: "struct", fields: parseStructFields(tokens) };
    case "INTERVAL":
      return parseInterval(tokens);
    default:
      throw new SqlError("UNSUPPORTED_DATATYPE", `Unsupported data type "${name}".`, tokens.position(at));
  }
}

function parseDecimal(tokens: TokenStream): DataType {
  if (!tokens.takes("(")) return decimal(10, 0);
  const { at } = tokens;
  const precision = tokens.integer();
  const scale = tokens.takes(",") ? tokens.integer() : 0;
  tokens.expect(")");
  if (precision < 1 || precision > 38 || scale > precision) {
    const text = `DECIMAL(${precision},${scale}) is not valid: the precision is 1 to 38, the scale at most the precision.`;
    throw new SqlError("UNSUPPORTED_DATATYPE", text, tokens.position(at));
  }
  return decimal(precision, scale);
}

function parseStructFields(tokens: TokenStream): StructField[] {
  if (tokens.takes("<>")) return [];
  tokens.expect("<");
  const fields = tokens.list(() => {
    const name = tokens.identifier();
    tokens.takes(":");
    const type = parseType(tokens);
    const nullable = !tokens.takes("NOT", "NULL");
    const comment = tokens.takes("COMMENT") ? { comment: tokens.string() } : {};
    return { name, type, nullable, ...comment };
  });
  tokens.expectClosingAngle();
  return fields;
}

function parseInterval(tokens: TokenStream): DataType {
  const from = tokens.identifier().toUpperCase();
  const to = tokens.takes("TO") ? tokens.identifier().toUpperCase() : from;
  if (yearMonth(from) && yearMonth(to)) return { kind: "interval_ym", from, to };
  if (dayTime(from) && dayTime(to)) return { kind: "interval_dt", from, to };
  throw tokens.error(`: INTERVAL ${from} TO ${to} is not a type`);
}
