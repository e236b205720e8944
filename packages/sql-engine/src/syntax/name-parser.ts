import type { Name } from "./expression-ast.ts";
import type { TokenStream } from "./token-stream.ts";

/** `a.b.c` or `IDENTIFIER(expression)`. */
export function parseName(tokens: TokenStream): Name {
  const { at } = tokens;
  if (tokens.sees("IDENTIFIER", "(")) return { at, identifier: parseIdentifierClause(tokens) };
  const parts = [tokens.identifier()];
  while (tokens.takes(".")) parts.push(tokens.identifier());
  return { at, parts };
}

export function parseIdentifierClause(tokens: TokenStream) {
  tokens.expect("IDENTIFIER", "(");
  const expression = tokens.expression();
  tokens.expect(")");
  return expression;
}

/** The words that end an expression or a relation. They are an alias only in quotes or after AS. */
const STOP_WORDS = new Set(
  `ALL AND ANTI AS BETWEEN BY CLUSTER CROSS DISTRIBUTE ELSE END ESCAPE EXCEPT FETCH FILTER FROM FULL GROUP HAVING ILIKE IN
   INNER INTERSECT INTO IS JOIN LATERAL LEFT LIKE LIMIT MINUS NATURAL NOT OFFSET ON OR ORDER OVER PIVOT QUALIFY REGEXP
   RIGHT RLIKE SELECT SEMI SET SORT TABLESAMPLE THEN UNION UNPIVOT USING VALUES WHEN WHERE WINDOW WITH`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** True if the next token can be an alias or the start of a column's name. */
export function seesPlainName(tokens: TokenStream): boolean {
  const token = tokens.peek();
  return token.kind === "quoted" || (token.kind === "word" && !STOP_WORDS.has(token.upper));
}
