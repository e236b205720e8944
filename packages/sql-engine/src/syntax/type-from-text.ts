import type { DataType } from "../types/data-type.ts";
import { tokensOf } from "./statement-parser.ts";
import { parseType } from "./type-parser.ts";

/** A column's type as it was declared, with the length of a VARCHAR(n) or CHAR(n). Throws SqlError if it is no type. */
export function declaredTypeFromText(text: string): DataType {
  return parseType(tokensOf(text));
}

/** The type that a column has in expressions, where VARCHAR(n) is a STRING. Throws SqlError if it is no type. */
export function typeFromText(text: string): DataType {
  const type = declaredTypeFromText(text);
  return type.kind === "string" ? { kind: "string" } : type;
}
