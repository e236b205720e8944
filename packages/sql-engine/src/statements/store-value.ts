import type { ColumnEntry } from "../catalog-source.ts";
import { inAnsiMode } from "../session-mode.ts";
import { SqlError } from "../sql-error.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import { parseExpressionText } from "../syntax/statement-parser.ts";
import { declaredTypeFromText } from "../syntax/type-from-text.ts";
import { cast } from "../translate/cast.ts";
import { castNested, nullOf } from "../translate/cast-nested.ts";
import { newScope, type Scope } from "../translate/scope.ts";
import type { Translation } from "../translate/translation.ts";
import { bind, type Typed, typed } from "../translate/typed.ts";
import { castsImplicitly } from "../types/coercion.ts";
import { type DataType, isNested, STRING, type TypeOf } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";

/** A value as a column stores it: cast to its type, and checked against the length of a VARCHAR(n) or CHAR(n). */
export function storeValue(value: Typed, column: ColumnEntry): string {
  const type = declaredTypeFromText(column.typeText);
  if (!castsImplicitly(value.type, type) && !(isNested(type) && value.type.kind === type.kind)) {
    const text = `Cannot write incompatible data for the column \`${column.name}\`: Cannot safely cast "${sqlTypeText(value.type)}" to "${sqlTypeText(type)}".`;
    throw new SqlError("DATATYPE_MISMATCH.CANNOT_SAFELY_CAST", text);
  }
  // Spark checks what it stores in both modes.
  return inAnsiMode(() => fitted(value, type)).sql;
}

function fitted(value: Typed, type: DataType): Typed {
  if (type.kind === "string") return typed(ofLength(cast(value, STRING).sql, type), STRING);
  const nested = value.type.kind === "void" ? undefined : castNested(value, type, fitted);
  return nested === undefined ? cast(value, type) : typed(nested, type);
}

function ofLength(stored: string, { length, fixed }: TypeOf<"string">): string {
  if (length === undefined) return stored;
  const failure = `error('[EXCEED_LIMIT_LENGTH] Exceeds char/varchar type length limitation: ${length}.')`;
  return bind(
    stored,
    (v) =>
      `CASE WHEN length(rtrim(${v}, ' ')) > ${length} THEN ${failure} WHEN length(${v}) > ${length} THEN left(${v}, ${length})${fixed === true ? ` WHEN length(${v}) < ${length} THEN rpad(${v}, ${length}, ' ')` : ""} ELSE ${v} END`,
  );
}

/** Throws if the text is no expression, or a literal that the column cannot hold. */
export function checkDefault(text: string, type: DataType, translation: Translation): void {
  const { literal } = translation.expression(parseExpressionText(text), newScope(undefined));
  if (type.kind !== "string" || type.length === undefined || typeof literal !== "string") return;
  if (Array.from(literal.replace(/(?<! ) +$/, "")).length <= type.length) return;
  const wrong = `Exceeds char/varchar type length limitation: ${type.length}.`;
  throw new SqlError("EXCEED_LIMIT_LENGTH", wrong);
}

/** The value of a column that a statement omits or sets to DEFAULT. */
export function defaultValue(column: ColumnEntry, translation: Translation): string {
  if (column.defaultText === undefined) return nullOf(typeOf(column));
  return storeValue(
    translation.expression(parseExpressionText(column.defaultText), newScope(undefined)),
    column,
  );
}

const typeOf = (column: ColumnEntry) => {
  const type = declaredTypeFromText(column.typeText);
  return type.kind === "string" ? ({ kind: "string" } as const) : type;
};

export function assigned(
  value: Expression | "default",
  column: ColumnEntry,
  scope: Scope,
  translation: Translation,
): string {
  return value === "default"
    ? defaultValue(column, translation)
    : storeValue(translation.expression(value, scope), column);
}

export function findColumn(columns: ColumnEntry[], name: string): ColumnEntry {
  const found = columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const known = columns.map((column) => `\`${column.name}\``).join(", ");
  throw new SqlError(
    "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    `A column with name \`${name}\` cannot be resolved. Did you mean one of the following? [${known}].`,
  );
}
