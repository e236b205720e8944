import { parseCall, parseSpecialCall } from "./call-parser.ts";
import type { Expression } from "./expression-ast.ts";
import { parseInterval } from "./interval-parser.ts";
import { parseIdentifierClause, seesPlainName } from "./name-parser.ts";
import type { TokenStream } from "./token-stream.ts";

const TYPED_LITERALS = ["DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ"] as const;

export function parsePrimary(tokens: TokenStream): Expression {
  const { at } = tokens;
  const token = tokens.peek();
  if (token.kind === "string") return { kind: "string", value: adjacentText(tokens), at };
  if (token.kind === "number") return { kind: "number", text: tokens.next().value, at };
  if (token.kind === "symbol") return parseSymbol(tokens, at);
  if (token.kind === "word") {
    const special = parseKeyword(tokens, at);
    if (special !== undefined) return special;
  }
  if (tokens.peek(1).value === "->" && tokens.peek(1).kind === "symbol") {
    const params = [tokens.identifier()];
    return parseLambda(tokens, params, at);
  }
  return parseNameOrCall(tokens, at);
}

/** Adjacent literals form one string: `'a' 'b'`. */
function adjacentText(tokens: TokenStream): string {
  let text = tokens.next().value;
  while (tokens.peek().kind === "string") text += tokens.next().value;
  return text;
}

function parseSymbol(tokens: TokenStream, at: number): Expression {
  if (tokens.takes("?")) return { kind: "positional", index: tokens.nextPositional(), at };
  if (tokens.takes(":")) return { kind: "parameter", name: tokens.identifier(), at };
  if (tokens.takes("*")) return parseStar(tokens, [], at);
  if (!tokens.takes("(")) throw tokens.error();
  if (
    tokens.seesAny("SELECT", "WITH", "VALUES") ||
    (tokens.sees("FROM") && tokens.peek(1).kind !== "symbol")
  ) {
    const query = tokens.query();
    tokens.expect(")");
    return { kind: "subquery", query, at };
  }
  const params = lambdaParams(tokens);
  if (params !== undefined) return parseLambda(tokens, params, at);
  const items = tokens.list(() => tokens.expression());
  tokens.expect(")");
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: "row", items, at };
}

/** Parses the names of `(a, b) ->` after the opening bracket. If it is not a lambda, takes nothing and returns undefined. */
function lambdaParams(tokens: TokenStream): string[] | undefined {
  const mark = tokens.mark();
  const names: string[] = [];
  while (tokens.peek().kind === "word" || tokens.peek().kind === "quoted") {
    names.push(tokens.identifier());
    if (!tokens.takes(",")) break;
  }
  if (names.length > 0 && tokens.takes(")", "->")) {
    tokens.reset(tokens.mark() - 1);
    return names;
  }
  tokens.reset(mark);
  return undefined;
}

function parseLambda(tokens: TokenStream, params: string[], at: number): Expression {
  tokens.expect("->");
  return { kind: "lambda", params, body: tokens.expression(), at };
}

function parseKeyword(tokens: TokenStream, at: number): Expression | undefined {
  const word = tokens.peek().upper;
  const following = tokens.peek(1);
  const typed = TYPED_LITERALS.find((one) => one === word);
  if (typed !== undefined && following.kind === "string") {
    tokens.next();
    return { kind: "typed_literal", type: typed, value: tokens.string(), at };
  }
  if (word === "X" && following.kind === "string" && following.start === tokens.peek().end) {
    tokens.next();
    return { kind: "binary_literal", hex: tokens.string(), at };
  }
  if (word === "INTERVAL" && (following.kind !== "symbol" || ["-", "+", "("].includes(following.value))) {
    if (following.kind !== "end") return parseInterval(tokens);
  }
  if (word === "CASE") return parseCase(tokens, at);
  if (following.value === "(" && following.kind === "symbol") return parseSpecialCall(tokens);
  switch (word) {
    case "NULL":
      tokens.next();
      return { kind: "null", at };
    case "TRUE":
    case "FALSE":
      tokens.next();
      return { kind: "boolean", value: word === "TRUE", at };
    default:
      return undefined;
  }
}

function parseCase(tokens: TokenStream, at: number): Expression {
  tokens.expect("CASE");
  const operand = tokens.sees("WHEN") ? {} : { operand: tokens.expression() };
  const branches: { when: Expression; result: Expression }[] = [];
  while (tokens.takes("WHEN")) {
    const when = tokens.expression();
    tokens.expect("THEN");
    branches.push({ when, result: tokens.expression() });
  }
  if (branches.length === 0) throw tokens.error();
  const otherwise = tokens.takes("ELSE") ? { otherwise: tokens.expression() } : {};
  tokens.expect("END");
  return { kind: "case", ...operand, branches, ...otherwise, at };
}

function parseNameOrCall(tokens: TokenStream, at: number): Expression {
  if (tokens.sees("IDENTIFIER", "(")) {
    const identifier = parseIdentifierClause(tokens);
    if (tokens.sees("("))
      throw tokens.unsupported("IDENTIFIER_FUNCTION", "a function name from IDENTIFIER()");
    return { kind: "column", name: { at, identifier }, at };
  }
  if (!seesPlainName(tokens)) {
    // `left(…)` and `right(…)` are functions, though LEFT and RIGHT end a relation.
    if (!(tokens.peek().kind === "word" && tokens.peek(1).value === "(")) throw tokens.error();
  }
  const parts = [tokens.identifier()];
  if (tokens.sees("(")) return parseCall(tokens, parts[0] ?? "", at);
  while (tokens.sees(".")) {
    if (tokens.peek(1).value === "*" && tokens.peek(1).kind === "symbol") {
      tokens.expect(".", "*");
      return parseStar(tokens, parts, at);
    }
    tokens.next();
    parts.push(tokens.identifier());
    if (tokens.sees("("))
      throw tokens.unsupported("USER_DEFINED_FUNCTION", `the user-defined function ${parts.join(".")}`);
  }
  return { kind: "column", name: { at, parts }, at };
}

function parseStar(tokens: TokenStream, qualifier: string[], at: number): Expression {
  const except: string[][] = [];
  if (tokens.sees("EXCEPT", "(") && tokens.peek(2).upper !== "SELECT") {
    tokens.next();
    const names = tokens.bracketed(() => {
      const parts = [tokens.identifier()];
      while (tokens.takes(".")) parts.push(tokens.identifier());
      return parts;
    });
    except.push(...names);
  }
  return { kind: "star", qualifier, except, at };
}
