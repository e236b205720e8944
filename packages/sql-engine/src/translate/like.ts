import { quoteText } from "../duckdb/quote.ts";
import { SqlError } from "../sql-error.ts";
import type { ExpressionOf } from "../syntax/expression-ast.ts";
import { BOOLEAN, STRING } from "../types/data-type.ts";
import { coerce } from "./coerce.ts";
import type { Scope } from "./scope.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

/** LIKE, ILIKE and RLIKE, with ANY and ALL. The backslash is the default escape character. */
export function likePredicate(node: ExpressionOf<"like">, scope: Scope, translation: Translation): Typed {
  const { escape = "\\" } = node;
  if (Array.from(escape).length !== 1) {
    const wrong = `Found an invalid escape string: '${escape}'. The escape string must contain only one character.`;
    throw new SqlError("INVALID_ESC", wrong, translation.position(node.at));
  }
  const text = (one: Typed) => coerce(one, STRING, node.operator, translation, node.at).sql;
  const operand = text(translation.expression(node.operand, scope));
  const tests = node.patterns.map((pattern) => {
    const given = translation.expression(pattern, scope);
    if (node.operator !== "RLIKE" && typeof given.literal === "string")
      checkEscapes(given.literal, escape, translation, pattern.at);
    const value = text(given);
    const test =
      node.operator === "RLIKE"
        ? `regexp_matches(${operand}, ${value})`
        : `(${operand} ${node.operator} ${value} ESCAPE ${quoteText(escape)})`;
    return node.negated ? `(NOT ${test})` : test;
  });
  // NOT LIKE ANY: at least one pattern does not match. NOT LIKE ALL: none matches.
  return typed(`(${tests.join(node.quantifier === "any" ? " OR " : " AND ")})`, BOOLEAN);
}

/** In Spark, the escape character may precede only a wildcard or itself. */
function checkEscapes(pattern: string, escape: string, translation: Translation, at: number): void {
  const chars = Array.from(pattern);
  for (let i = 0; i < chars.length; i++) {
    if (chars[i] !== escape) continue;
    const next = chars[++i];
    if (next === "_" || next === "%" || next === escape) continue;
    const [subclass, what] =
      next === undefined
        ? (["ESC_AT_THE_END", "end with"] as const)
        : (["ESC_IN_THE_MIDDLE", `precede '${next}'`] as const);
    const text = `The format is invalid: '${pattern}'. The escape character is not allowed to ${what}.`;
    throw new SqlError(`INVALID_FORMAT.${subclass}`, text, translation.position(at));
  }
}
