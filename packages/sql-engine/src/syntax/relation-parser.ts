import type { Expression } from "./expression-ast.ts";
import { parseName, seesPlainName } from "./name-parser.ts";
import { parsePivot, parseUnpivot } from "./pivot-parser.ts";
import type { Alias, JoinKind, Relation } from "./query-ast.ts";
import type { TokenStream } from "./token-stream.ts";

export function parseRelation(tokens: TokenStream): Relation {
  let left = parseSuffixed(tokens);
  for (;;) {
    const { at } = tokens;
    const natural = tokens.takes("NATURAL");
    const join = parseJoinKind(tokens);
    if (join === undefined) {
      if (natural) throw tokens.error();
      return left;
    }
    const right = parseSuffixed(tokens);
    const parsed: Relation = { kind: "join", join, natural, left, right, using: [], at };
    if (tokens.takes("ON")) parsed.on = tokens.expression();
    else if (tokens.takes("USING")) parsed.using = tokens.bracketed(() => tokens.identifier());
    left = parsed;
  }
}

const JOINS: [words: string[], kind: JoinKind][] = [
  [["INNER", "JOIN"], "INNER"],
  [["CROSS", "JOIN"], "CROSS"],
  [["LEFT", "SEMI", "JOIN"], "SEMI"],
  [["SEMI", "JOIN"], "SEMI"],
  [["LEFT", "ANTI", "JOIN"], "ANTI"],
  [["ANTI", "JOIN"], "ANTI"],
  [["LEFT", "OUTER", "JOIN"], "LEFT"],
  [["LEFT", "JOIN"], "LEFT"],
  [["RIGHT", "OUTER", "JOIN"], "RIGHT"],
  [["RIGHT", "JOIN"], "RIGHT"],
  [["FULL", "OUTER", "JOIN"], "FULL"],
  [["FULL", "JOIN"], "FULL"],
  [["JOIN"], "INNER"],
];

function parseJoinKind(tokens: TokenStream): JoinKind | undefined {
  return JOINS.find(([words]) => tokens.takes(...words))?.[1];
}

function parseSuffixed(tokens: TokenStream): Relation {
  let relation = parseRelationPrimary(tokens);
  for (;;) {
    if (tokens.sees("TABLESAMPLE")) throw tokens.unsupported("TABLESAMPLE", "TABLESAMPLE");
    if (tokens.sees("PIVOT", "(")) relation = parsePivot(tokens, relation);
    else if (tokens.sees("UNPIVOT")) relation = parseUnpivot(tokens, relation);
    else return relation;
  }
}

const withAlias = (alias: Alias | undefined) => (alias === undefined ? {} : { alias });

function parseRelationPrimary(tokens: TokenStream): Relation {
  const { at } = tokens;
  const lateral = tokens.sees("LATERAL") && tokens.peek(1).upper !== "VIEW" && tokens.takes("LATERAL");
  if (tokens.takes("VALUES")) {
    const rows = parseValues(tokens);
    return { kind: "values", rows, ...withAlias(parseAlias(tokens)), at };
  }
  if (tokens.sees("(")) return parseBracketed(tokens, lateral);
  if (lateral && tokens.peek(1).value !== "(") throw tokens.error();
  if (!seesPlainName(tokens)) throw tokens.error();
  const isFunction =
    tokens.peek(1).value === "(" && tokens.peek(1).kind === "symbol" && !tokens.sees("IDENTIFIER");
  if (isFunction) return parseTableFunction(tokens, lateral);
  const name = parseName(tokens);
  if (tokens.sees("(") && "parts" in name)
    throw tokens.unsupported("USER_DEFINED_FUNCTION", `the user-defined function ${name.parts.join(".")}`);
  refuseTimeTravel(tokens);
  return { kind: "table", name, ...withAlias(parseAlias(tokens)), at };
}

function refuseTimeTravel(tokens: TokenStream): void {
  const mark = tokens.mark();
  tokens.takes("FOR");
  if (
    tokens.takes("SYSTEM_TIME") ||
    tokens.takes("SYSTEM_VERSION") ||
    tokens.takes("TIMESTAMP") ||
    tokens.takes("VERSION")
  ) {
    if (tokens.sees("AS", "OF"))
      throw tokens.unsupported("TIME_TRAVEL", "reading an earlier version of a table");
  }
  if (tokens.peek().value === "@")
    throw tokens.unsupported("TIME_TRAVEL", "reading an earlier version of a table");
  tokens.reset(mark);
}

function parseBracketed(tokens: TokenStream, lateral: boolean): Relation {
  const { at } = tokens;
  const mark = tokens.mark();
  tokens.expect("(");
  if (!startsQuery(tokens)) {
    const inner = parseRelation(tokens);
    tokens.expect(")");
    const alias = parseAlias(tokens);
    if (alias !== undefined) throw tokens.unsupported("JOIN_ALIAS", "an alias for a join in brackets");
    return inner;
  }
  tokens.reset(mark);
  tokens.expect("(");
  const query = tokens.query();
  tokens.expect(")");
  return { kind: "derived", query, lateral, ...withAlias(parseAlias(tokens)), at };
}

/** Looks behind opening brackets: `((SELECT 1))` is a query, `((t JOIN u))` a relation. */
function startsQuery(tokens: TokenStream): boolean {
  let ahead = 0;
  while (tokens.peek(ahead).value === "(" && tokens.peek(ahead).kind === "symbol") ahead++;
  return ["SELECT", "WITH", "VALUES", "FROM", "TABLE"].includes(tokens.peek(ahead).upper);
}

function parseTableFunction(tokens: TokenStream, lateral: boolean): Relation {
  const { at } = tokens;
  const name = tokens.identifier().toLowerCase();
  const args: Expression[] = [];
  const namedArgs: { name: string; value: Expression }[] = [];
  tokens.bracketed(() => {
    if (tokens.peek(1).value === "=>" && tokens.peek(1).kind === "symbol") {
      const option = tokens.identifier().toLowerCase();
      tokens.expect("=>");
      namedArgs.push({ name: option, value: tokens.expression() });
    } else args.push(tokens.expression());
  });
  return { kind: "table_function", name, args, namedArgs, lateral, ...withAlias(parseAlias(tokens)), at };
}

export function parseAlias(tokens: TokenStream): Alias | undefined {
  const explicit = tokens.takes("AS");
  if (!explicit && !seesPlainName(tokens)) return undefined;
  const name = tokens.identifier();
  const columns = tokens.sees("(") ? tokens.bracketed(() => tokens.identifier()) : [];
  return { name, columns };
}

/** Parses what follows VALUES: `(1, 2), (3, 4)` or `1, 2`. */
export function parseValues(tokens: TokenStream): Expression[][] {
  return tokens.list(() => {
    const expression = tokens.expression();
    return expression.kind === "row" ? expression.items : [expression];
  });
}
