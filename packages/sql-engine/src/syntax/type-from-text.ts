import type { DataType } from "../types/data-type.ts";
import { tokensOf } from "./statement-parser.ts";
import { parseType } from "./type-parser.ts";

/** A column's declared type, with the length of a VARCHAR(n) or CHAR(n). Throws SqlError if the text is not a type. */
export function declaredTypeFromText(text: string): DataType {
  return parseType(tokensOf(text));
}

/** A column's type in expressions, where VARCHAR(n) is a STRING. Throws SqlError if the text is not a type. */
export function typeFromText(text: string): DataType {
  const type = declaredTypeFromText(text);
  return type.kind === "string" ? { kind: "string" } : type;
}
