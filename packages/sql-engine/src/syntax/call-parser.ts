import type { Call, Expression, WindowSpec } from "./expression-ast.ts";
import { seesPlainName } from "./name-parser.ts";
import type { TokenStream } from "./token-stream.ts";
import { parseType } from "./type-parser.ts";
import { parseSortItem, parseWindowSpec } from "./window-parser.ts";

const call = (at: number, name: string, ...args: Expression[]): Expression => ({
  kind: "call",
  name,
  args,
  namedArgs: [],
  argAliases: new Map(),
  distinct: false,
  at,
});

/** Parses a call with a grammar of its own. For any other it takes nothing and returns undefined. */
export function parseSpecialCall(tokens: TokenStream): Expression | undefined {
  const { at } = tokens;
  switch (tokens.peek().upper) {
    case "CAST":
      return parseCast(tokens, false);
    case "TRY_CAST":
      return parseCast(tokens, true);
    case "EXISTS":
      return parseExists(tokens, at);
    case "EXTRACT":
      return parseExtract(tokens, at);
    case "TRIM":
      return parseTrim(tokens, at);
    case "SUBSTR":
    case "SUBSTRING":
      return parseSubstring(tokens, at);
    case "POSITION":
      return parsePosition(tokens, at);
    case "OVERLAY":
      return parseOverlay(tokens, at);
    case "TIMESTAMPADD":
    case "TIMESTAMPDIFF":
    case "DATEADD":
    case "DATE_ADD":
    case "DATEDIFF":
    case "DATE_DIFF":
      return parseUnitCall(tokens, at);
    default:
      return undefined;
  }
}

function parseCast(tokens: TokenStream, safe: boolean): Expression {
  const { at } = tokens;
  tokens.next();
  tokens.expect("(");
  const operand = tokens.expression();
  tokens.expect("AS");
  const type = parseType(tokens);
  tokens.expect(")");
  return { kind: "cast", operand, type, safe, at };
}

function parseExists(tokens: TokenStream, at: number): Expression | undefined {
  if (!["SELECT", "WITH", "FROM", "VALUES"].includes(tokens.peek(2).upper)) return undefined;
  tokens.expect("EXISTS", "(");
  const query = tokens.query();
  tokens.expect(")");
  return { kind: "exists", query, at };
}

function parseExtract(tokens: TokenStream, at: number): Expression {
  tokens.expect("EXTRACT", "(");
  const field = tokens.identifier();
  tokens.expect("FROM");
  const source = tokens.expression();
  tokens.expect(")");
  return call(at, "date_part", { kind: "string", value: field, at }, source);
}

/** Parses `trim([BOTH | LEADING | TRAILING] [characters] FROM text)`. Plain `trim(text)` is left to the caller. */
function parseTrim(tokens: TokenStream, at: number): Expression | undefined {
  const mark = tokens.mark();
  tokens.expect("TRIM", "(");
  const side = ["BOTH", "LEADING", "TRAILING"].find((one) => tokens.takes(one));
  const name = side === "LEADING" ? "ltrim" : side === "TRAILING" ? "rtrim" : "btrim";
  const first = tokens.sees("FROM") ? undefined : tokens.expression();
  if (!tokens.takes("FROM")) {
    if (side !== undefined) throw tokens.error();
    tokens.reset(mark);
    return undefined;
  }
  const text = tokens.expression();
  tokens.expect(")");
  if (first === undefined) return call(at, name, text);
  return name === "btrim" ? call(at, name, text, first) : call(at, name, first, text);
}

function parseSubstring(tokens: TokenStream, at: number): Expression | undefined {
  const mark = tokens.mark();
  const name = tokens.next().value;
  tokens.expect("(");
  const text = tokens.expression();
  if (!tokens.takes("FROM")) {
    tokens.reset(mark);
    return undefined;
  }
  const args = [text, tokens.expression()];
  if (tokens.takes("FOR")) args.push(tokens.expression());
  tokens.expect(")");
  return call(at, name.toLowerCase(), ...args);
}

function parsePosition(tokens: TokenStream, at: number): Expression | undefined {
  const mark = tokens.mark();
  tokens.expect("POSITION", "(");
  // Only up to `IN`: a whole expression would include `a IN b`.
  const part = tokens.peek();
  const text = part.kind === "string" || part.kind === "word" ? tokens.next() : undefined;
  if (text === undefined || !tokens.takes("IN")) {
    tokens.reset(mark);
    return undefined;
  }
  const needle: Expression =
    text.kind === "string"
      ? { kind: "string", value: text.value, at: text.start }
      : { kind: "column", name: { at: text.start, parts: [text.value] }, at: text.start };
  const source = tokens.expression();
  tokens.expect(")");
  return call(at, "locate", needle, source);
}

/** `overlay(text PLACING other FROM position [FOR length])`. */
function parseOverlay(tokens: TokenStream, at: number): Expression | undefined {
  const mark = tokens.mark();
  tokens.expect("OVERLAY", "(");
  const text = tokens.expression();
  if (!tokens.takes("PLACING")) {
    tokens.reset(mark);
    return undefined;
  }
  const args = [text, tokens.expression()];
  tokens.expect("FROM");
  args.push(tokens.expression());
  if (tokens.takes("FOR")) args.push(tokens.expression());
  tokens.expect(")");
  return call(at, "overlay", ...args);
}

/** Parses `dateadd(DAY, 1, d)`. The first argument is a word only if there are three arguments. */
function parseUnitCall(tokens: TokenStream, at: number): Expression | undefined {
  const unit = tokens.peek(2);
  if (unit.kind !== "word" || tokens.peek(3).value !== ",") return undefined;
  const mark = tokens.mark();
  const name = tokens.next().upper;
  tokens.expect("(");
  tokens.next();
  tokens.expect(",");
  const args = tokens.list(() => tokens.expression());
  tokens.expect(")");
  if (args.length === 1) {
    tokens.reset(mark);
    return undefined;
  }
  const to =
    name === "DATEADD" || name === "DATE_ADD" || name === "TIMESTAMPADD" ? "timestampadd" : "timestampdiff";
  return call(at, to, { kind: "string", value: unit.value, at: unit.start }, ...args);
}

export function parseCall(tokens: TokenStream, name: string, at: number): Expression {
  tokens.expect("(");
  const parsed: Call & { at: number } = {
    kind: "call",
    name: name.toLowerCase(),
    args: [],
    namedArgs: [],
    argAliases: new Map(),
    distinct: tokens.takes("DISTINCT"),
    at,
  };
  if (!parsed.distinct) tokens.takes("ALL");
  if (!tokens.sees(")")) {
    tokens.list(() => parseArgument(tokens, parsed));
    parseNullTreatment(tokens, parsed);
  }
  tokens.expect(")");
  return parseSuffixes(tokens, parsed);
}

/** Parses an argument, with a name as in `struct(1 AS a)` or in `read_files(format => 'csv')`. */
function parseArgument(tokens: TokenStream, into: Call): void {
  if (tokens.peek(1).value === "=>" && tokens.peek(1).kind === "symbol") {
    const name = tokens.identifier();
    tokens.expect("=>");
    into.namedArgs.push({ name: name.toLowerCase(), value: tokens.expression() });
    return;
  }
  const value = tokens.expression();
  if (into.name === "struct" && (tokens.takes("AS") || seesPlainName(tokens)))
    into.argAliases.set(into.args.length, tokens.identifier());
  into.args.push(value);
}

function parseNullTreatment(tokens: TokenStream, into: Call): void {
  if (tokens.takes("IGNORE", "NULLS")) into.ignoreNulls = true;
  else if (tokens.takes("RESPECT", "NULLS")) into.ignoreNulls = false;
}

function parseSuffixes(tokens: TokenStream, parsed: Call & { at: number }): Expression {
  if (tokens.takes("WITHIN", "GROUP", "(")) {
    tokens.expect("ORDER", "BY");
    parsed.withinGroup = tokens.list(() => parseSortItem(tokens));
    tokens.expect(")");
  }
  if (tokens.takes("FILTER", "(")) {
    tokens.expect("WHERE");
    parsed.filter = tokens.expression();
    tokens.expect(")");
  }
  parseNullTreatment(tokens, parsed);
  if (tokens.takes("OVER")) parsed.over = parseOver(tokens);
  return parsed;
}

function parseOver(tokens: TokenStream): WindowSpec {
  if (!tokens.sees("(")) return { base: tokens.identifier(), partitionBy: [], orderBy: [] };
  return parseWindowSpec(tokens);
}
