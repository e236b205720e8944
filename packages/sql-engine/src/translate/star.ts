import { SqlError, unsupported } from "../sql-error.ts";
import type { ExpressionOf } from "../syntax/expression-ast.ts";
import { fieldOf } from "./cast-nested.ts";
import { resolveColumn } from "./resolve-column.ts";
import type { Scope } from "./scope.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

/** Expands `*`, `t.*` or `struct.*` to columns. */
export function expandStar(
  node: ExpressionOf<"star">,
  scope: Scope,
  translation: Translation,
): { name: string; value: Typed }[] {
  const position = translation.position(node.at);
  const found = starColumns(node, scope, translation);
  const dropped = new Set<number>();
  for (const parts of node.except) {
    const places = found.flatMap((column, i) =>
      column.name.toLowerCase() === parts.at(-1)?.toLowerCase() ? [i] : [],
    );
    if (places.length === 0) {
      throw new SqlError(
        "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
        `A column with name \`${parts.join("`.`")}\` in EXCEPT cannot be resolved.`,
        position,
      );
    }
    if (places.length > 1 && parts.length > 1) {
      throw unsupported("STAR_EXCEPT", "a qualified name in EXCEPT that stands for two columns", position);
    }
    for (const place of places) dropped.add(place);
  }
  return found.filter((_, i) => !dropped.has(i));
}

function starColumns(
  node: ExpressionOf<"star">,
  scope: Scope,
  translation: Translation,
): { name: string; value: Typed }[] {
  const wanted = node.qualifier.map((part) => part.toLowerCase());
  if (wanted.length === 0)
    return scope.columns
      .filter((column) => column.hidden !== true)
      .map(({ name, value }) => ({ name, value }));
  const found = scope.columns.filter((column) => {
    const offered = column.qualifier.slice(-wanted.length);
    return offered.length === wanted.length && offered.every((part, i) => part === wanted[i]);
  });
  if (found.length > 0) return found.map(({ name, value }) => ({ name, value }));
  const base = resolveColumn(node.qualifier, scope, translation, node.at);
  if (base.type.kind !== "struct") {
    throw new SqlError(
      "INVALID_USAGE_OF_STAR_OR_REGEX",
      `Cannot expand ${node.qualifier.join(".")}.*.`,
      translation.position(node.at),
    );
  }
  return base.type.fields.map((field) => ({
    name: field.name,
    value: typed(fieldOf(base.sql, field.name), field.type),
  }));
}
