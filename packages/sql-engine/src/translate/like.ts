import { quoteText } from "../duckdb/quote.ts";
import type { ExpressionOf } from "../syntax/expression-ast.ts";
import { BOOLEAN, STRING } from "../types/data-type.ts";
import { coerce } from "./coerce.ts";
import type { Scope } from "./scope.ts";
import type { Translation } from "./translation.ts";
import { type Typed, typed } from "./typed.ts";

/** LIKE, ILIKE and RLIKE, with ANY and ALL. The backslash is the default escape character. */
export function likePredicate(node: ExpressionOf<"like">, scope: Scope, translation: Translation): Typed {
  const text = (one: Typed) => coerce(one, STRING, node.operator, translation, node.at).sql;
  const operand = text(translation.expression(node.operand, scope));
  const tests = node.patterns.map((pattern) => {
    const value = text(translation.expression(pattern, scope));
    const test =
      node.operator === "RLIKE"
        ? `regexp_matches(${operand}, ${value})`
        : `(${operand} ${node.operator} ${value} ESCAPE ${quoteText(node.escape ?? "\\")})`;
    return node.negated ? `(NOT ${test})` : test;
  });
  // NOT LIKE ANY: at least one pattern does not match. NOT LIKE ALL: none matches.
  return typed(`(${tests.join(node.quantifier === "any" ? " OR " : " AND ")})`, BOOLEAN);
}
