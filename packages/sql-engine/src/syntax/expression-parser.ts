import type { Expression } from "./expression-ast.ts";
import { parsePostfix } from "./postfix-parser.ts";
import type { TokenStream } from "./token-stream.ts";

/** Spark's operators, from the lowest precedence to the highest. */
const LEVELS: string[][] = [
  ["=", "==", "<=>", "<>", "!=", "<", "<=", ">", ">="],
  ["|"],
  ["^"],
  ["&"],
  ["<<", ">>", ">>>"],
  ["+", "-", "||"],
  ["*", "/", "%", "DIV"],
];

export function parseExpression(tokens: TokenStream): Expression {
  return tokens.nested(() => parseOr(tokens));
}

function parseOr(tokens: TokenStream): Expression {
  let left = parseAnd(tokens);
  for (let { at } = tokens; tokens.takes("OR"); at = tokens.at) {
    left = { kind: "binary", operator: "OR", left, right: parseAnd(tokens), at };
  }
  return left;
}

function parseAnd(tokens: TokenStream): Expression {
  let left = parseNot(tokens);
  for (let { at } = tokens; tokens.takes("AND"); at = tokens.at) {
    left = { kind: "binary", operator: "AND", left, right: parseNot(tokens), at };
  }
  return left;
}

function parseNot(tokens: TokenStream): Expression {
  const { at } = tokens;
  if (tokens.takes("NOT") || tokens.takes("!")) {
    return { kind: "unary", operator: "NOT", operand: tokens.nested(() => parseNot(tokens)), at };
  }
  return parsePredicate(tokens);
}

function parsePredicate(tokens: TokenStream): Expression {
  const operand = parseLevel(tokens, 0);
  const { at } = tokens;
  if (tokens.takes("IS")) return parseIs(tokens, operand, at);
  const mark = tokens.mark();
  const negated = tokens.takes("NOT");
  if (tokens.takes("BETWEEN")) {
    const low = parseLevel(tokens, 0);
    tokens.expect("AND");
    return { kind: "between", operand, low, high: parseLevel(tokens, 0), negated, at };
  }
  if (tokens.takes("IN")) return parseIn(tokens, operand, negated, at);
  for (const [word, operator] of [
    ["LIKE", "LIKE"],
    ["ILIKE", "ILIKE"],
    ["RLIKE", "RLIKE"],
    ["REGEXP", "RLIKE"],
  ] as const) {
    if (tokens.takes(word)) return parseLike(tokens, operand, operator, negated, at);
  }
  tokens.reset(mark);
  return operand;
}

function parseIs(tokens: TokenStream, operand: Expression, at: number): Expression {
  const negated = tokens.takes("NOT");
  if (tokens.takes("DISTINCT", "FROM")) {
    return { kind: "is_distinct", left: operand, right: parseLevel(tokens, 0), negated, at };
  }
  for (const what of ["NULL", "TRUE", "FALSE"] as const) {
    if (tokens.takes(what)) return { kind: "is", what, operand, negated, at };
  }
  if (tokens.takes("UNKNOWN")) return { kind: "is", what: "NULL", operand, negated, at };
  throw tokens.error();
}

function parseIn(tokens: TokenStream, operand: Expression, negated: boolean, at: number): Expression {
  tokens.expect("(");
  if (tokens.seesAny("SELECT", "WITH", "VALUES", "FROM")) {
    const query = tokens.query();
    tokens.expect(")");
    return { kind: "in_query", operand, query, negated, at };
  }
  const items = tokens.list(() => tokens.expression());
  tokens.expect(")");
  return { kind: "in_list", operand, items, negated, at };
}

function parseLike(
  tokens: TokenStream,
  operand: Expression,
  operator: "LIKE" | "ILIKE" | "RLIKE",
  negated: boolean,
  at: number,
): Expression {
  if (tokens.seesAny("ANY", "SOME", "ALL") && tokens.peek(1).upper === "(") {
    const quantifier = tokens.next().upper === "ALL" ? "all" : "any";
    const patterns = tokens.bracketed(() => tokens.expression());
    return { kind: "like", operator, operand, patterns, quantifier, negated, at };
  }
  const patterns = [parseLevel(tokens, 0)];
  const escape = tokens.takes("ESCAPE") ? { escape: tokens.string() } : {};
  return { kind: "like", operator, operand, patterns, quantifier: "one", negated, ...escape, at };
}

function parseLevel(tokens: TokenStream, level: number): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return parseUnary(tokens);
  let left = parseLevel(tokens, level + 1);
  while (operators.includes(tokens.peek().upper)) {
    const { at } = tokens;
    const operator = tokens.next().upper;
    left = { kind: "binary", operator, left, right: parseLevel(tokens, level + 1), at };
  }
  return left;
}

function parseUnary(tokens: TokenStream): Expression {
  const { at } = tokens;
  for (const operator of ["-", "+", "~"] as const) {
    if (!tokens.takes(operator)) continue;
    const token = tokens.peek();
    // The smallest integers need their sign: 9223372036854775808 alone is a decimal.
    if (
      operator === "-" &&
      token.kind === "number" &&
      token.start === at + 1 &&
      tokens.peek(1).upper !== "::"
    ) {
      tokens.next();
      return { kind: "number", text: `-${token.value}`, at };
    }
    return { kind: "unary", operator, operand: tokens.nested(() => parseUnary(tokens)), at };
  }
  return parsePostfix(tokens);
}
