import type { QueryColumn } from "@front-door/operations";
import { arrow, type DataType, Field, Message, Schema, Struct } from "./arrow.ts";
import { sqlTypeKey } from "./columns.ts";

/** The schema's message of a result without rows, for which Databricks sends none: made from the SQL types of the columns. */
export function emptySchema(columns: readonly QueryColumn[]): Uint8Array {
  const fields = columns.map(
    ({ name, type_text, nullable }) =>
      new Field(name, arrowTypeOf(type_text), nullable, new Map([[sqlTypeKey, type_text]])),
  );
  const head = Message.encode(Message.from(new Schema(fields)));
  // A message is padded to eight bytes, with its marker and length before it.
  const message = Buffer.alloc(8 + Math.ceil(head.length / 8) * 8);
  message.writeInt32LE(-1, 0);
  message.writeInt32LE(message.length - 8, 4);
  message.set(head, 8);
  return message;
}

const simpleTypes: Readonly<Record<string, () => DataType>> = {
  VOID: () => new arrow.Null(),
  BOOLEAN: () => new arrow.Bool(),
  TINYINT: () => new arrow.Int8(),
  SMALLINT: () => new arrow.Int16(),
  INT: () => new arrow.Int32(),
  BIGINT: () => new arrow.Int64(),
  FLOAT: () => new arrow.Float32(),
  DOUBLE: () => new arrow.Float64(),
  BINARY: () => new arrow.Binary(),
  DATE: () => new arrow.DateDay(),
  TIMESTAMP: () => new arrow.TimestampMicrosecond("UTC"),
  TIMESTAMP_NTZ: () => new arrow.TimestampMicrosecond(),
};

/** The type in which Databricks sends a SQL type. What is not known here is sent as text, as VARIANT and intervals are. */
function arrowTypeOf(typeText: string): DataType {
  const { name, inner } = splitType(typeText);
  switch (name) {
    case "DECIMAL": {
      const [precision = 10, scale = 0] = inner.split(",").map(Number);
      return new arrow.Decimal(scale, precision);
    }
    case "ARRAY":
      return new arrow.List(new Field("element", arrowTypeOf(inner), true));
    case "MAP": {
      const [key = "", value = ""] = parts(inner);
      const entry = [new Field("key", arrowTypeOf(key), false), new Field("value", arrowTypeOf(value), true)];
      return new arrow.Map_(new Field("entries", new Struct(entry), false) as never);
    }
    case "STRUCT":
      return new Struct(parts(inner).map(fieldOf));
    default:
      return simpleTypes[name]?.() ?? new arrow.Utf8();
  }
}

/** `DECIMAL(10,2)` is the name DECIMAL with 10,2 inside. */
function splitType(typeText: string): { name: string; inner: string } {
  const text = typeText.trim();
  const { 0: name = "" } = /^\w*/.exec(text) ?? [];
  const end = Math.max(text.lastIndexOf(">"), text.lastIndexOf(")"));
  return { name: name.toUpperCase(), inner: end > name.length ? text.slice(name.length + 1, end) : "" };
}

/** A field of a STRUCT: its name, plain or in backticks, a colon and its type. */
function fieldOf(given: string): Field {
  const text = given.trim();
  const quoted = /^`((?:[^`]|``)*)`/.exec(text);
  const name = quoted?.[1]?.replaceAll("``", "`") ?? text.split(":", 1)[0]?.trim() ?? "";
  const rest = text.slice(quoted?.[0].length ?? 0);
  return new Field(name, arrowTypeOf(rest.slice(rest.indexOf(":") + 1)), true);
}

/** The text between the commas that are in no brackets and no backticks. */
function parts(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "`") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === "<" || character === "(") depth += 1;
    else if (character === ">" || character === ")") depth -= 1;
    else if (character === "," && depth === 0) {
      found.push(text.slice(start, at));
      start = at + 1;
    }
  }
  const last = text.slice(start);
  return last.trim() === "" ? found : [...found, last];
}
