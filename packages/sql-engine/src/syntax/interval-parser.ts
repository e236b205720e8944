import type { Expression, IntervalPart } from "./expression-ast.ts";
import type { TokenStream } from "./token-stream.ts";

const UNITS = [
  "YEAR",
  "QUARTER",
  "MONTH",
  "WEEK",
  "DAY",
  "HOUR",
  "MINUTE",
  "SECOND",
  "MILLISECOND",
  "MICROSECOND",
];

function unitAt(tokens: TokenStream, ahead = 0): string | undefined {
  const word = tokens.peek(ahead).upper;
  return UNITS.find((unit) => unit === word || `${unit}S` === word);
}

/** `INTERVAL 1 DAY 2 HOURS`, `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 day 2 hours'`. */
export function parseInterval(tokens: TokenStream): Expression {
  const { at } = tokens;
  tokens.expect("INTERVAL");
  const mark = tokens.mark();
  const signed = tokens.seesAny("-", "+");
  const negative = takesSign(tokens);
  if (tokens.peek().kind === "string") {
    const from = unitAt(tokens, 1);
    if (from !== undefined && tokens.peek(2).upper === "TO") {
      const value = tokens.string();
      tokens.next();
      tokens.expect("TO");
      const to = unitAt(tokens);
      if (to === undefined) throw tokens.error();
      tokens.next();
      return { kind: "interval_text", value, negative, from, to, at };
    }
    if (from === undefined && !signed) return { kind: "interval", parts: textParts(tokens), at };
  }
  tokens.reset(mark);
  const parts: IntervalPart[] = [];
  do parts.push(parsePart(tokens));
  while (startsPart(tokens));
  return { kind: "interval", parts, at };
}

/** Takes a plus or a minus. Returns whether it was a minus. */
function takesSign(tokens: TokenStream): boolean {
  const negative = tokens.takes("-");
  if (!negative) tokens.takes("+");
  return negative;
}

function startsPart(tokens: TokenStream): boolean {
  const ahead = tokens.seesAny("-", "+") ? 1 : 0;
  const { kind } = tokens.peek(ahead);
  return (kind === "number" || kind === "string") && unitAt(tokens, ahead + 1) !== undefined;
}

/** A sign belongs to its own part: `-1 YEAR 1 MONTH` is 11 months less. */
function parsePart(tokens: TokenStream): IntervalPart {
  const { at } = tokens;
  const negative = takesSign(tokens);
  const token = tokens.peek();
  let value: Expression;
  if (token.kind === "number") value = { kind: "number", text: tokens.next().value, at };
  else if (token.kind === "string") value = { kind: "string", value: tokens.next().value, at };
  else if (tokens.takes("(")) {
    value = tokens.expression();
    tokens.expect(")");
  } else if (tokens.takes(":")) value = { kind: "parameter", name: tokens.identifier(), at };
  else if (tokens.takes("?")) value = { kind: "positional", index: tokens.nextPositional(), at };
  else if (token.kind === "word" || token.kind === "quoted") {
    value = { kind: "column", name: { at, parts: [tokens.identifier()] }, at };
  } else throw tokens.error();
  const unit = unitAt(tokens);
  if (unit === undefined) throw tokens.error(": expected an interval's unit");
  tokens.next();
  return { value: negative ? { kind: "unary", operator: "-", operand: value, at } : value, unit };
}

/** An interval with its units in the string: `INTERVAL '1 day -2 hours'`. */
function textParts(tokens: TokenStream): IntervalPart[] {
  const { at } = tokens;
  const words = tokens
    .string()
    .trim()
    .toUpperCase()
    .replace(/^INTERVAL\s+/, "")
    .split(/\s+/);
  const parts: IntervalPart[] = [];
  for (let i = 0; i < words.length; i += 2) {
    const number = words[i] ?? "";
    const unit = UNITS.find((one) => one === words[i + 1] || `${one}S` === words[i + 1]);
    if (unit === undefined || !/^[+-]?\d+(\.\d+)?$/.test(number)) throw tokens.error(": not an interval");
    const text = number.replace(/^\+/, "");
    const value: Expression = { kind: "number", text, at };
    parts.push({ value, unit });
  }
  return parts;
}
