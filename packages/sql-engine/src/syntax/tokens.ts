import { SqlError, type SqlPosition } from "../sql-error.ts";
import { unescapeString } from "./string-escapes.ts";

export interface Token {
  kind: "word" | "quoted" | "string" | "number" | "symbol" | "end";
  /** The text as written; for strings and quoted identifiers their value. */
  value: string;
  /** Words in upper case, and symbols as written. Empty for other tokens, so that keywords can be compared by this field. */
  upper: string;
  start: number;
  end: number;
}

const SPACE = /\s+/y;
/** A name may begin with digits, such as the names of keys that dbt makes up. */
const WORD = /\d*[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_\u0080-\uFFFF]*/y;
/** A suffix belongs to the number: `1L` is not `1 AS L`. */
const NUMBER = /(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?(?:BD|[LSYDF])?(?![A-Za-z0-9_])/iy;
const SYMBOL = /<=>|->|=>|::|<=|>=|<>|!=|==|\|\||\|>|<<|>>>|>>|[-+*/%&|^~!<>=()[\],.;:?@{}]/y;
const RAW_STRING = /[rR](?=['"])/y;

export function positionIn(text: string, offset: number): SqlPosition {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, pos: offset - lineStart };
}

/** Splits a statement into tokens, the last one of kind `end`. Throws PARSE_SYNTAX_ERROR for any other character. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token["kind"], value: string, end: number) => {
    const upper = kind === "word" ? value.toUpperCase() : kind === "symbol" ? value : "";
    tokens.push({ kind, value, upper, start: at, end });
    at = end;
  };
  while (at < text.length) {
    const skipped = endOfSpace(text, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const char = text.charAt(at);
    const raw = matchAt(RAW_STRING, text, at) !== undefined;
    if (raw || char === "'" || char === '"') {
      const { value, end } = readString(text, raw ? at + 1 : at, raw);
      push("string", value, end);
    } else if (char === "`") {
      const { value, end } = readQuotedIdentifier(text, at);
      push("quoted", value, end);
    } else {
      pushPlain(text, at, tokens.at(-1), push);
    }
  }
  tokens.push({ kind: "end", value: "end of input", upper: "", start: text.length, end: text.length });
  return tokens;
}

function pushPlain(
  text: string,
  at: number,
  before: Token | undefined,
  push: (kind: Token["kind"], value: string, end: number) => void,
): void {
  const number = matchAt(NUMBER, text, at);
  // A dot after a name or a bracket starts a field: `t.1a` is not `t` and `.1`.
  const afterName =
    text.charAt(at) === "." && before !== undefined && before.end === at && before.kind !== "symbol";
  if (number !== undefined && !afterName) return push("number", number, at + number.length);
  const word = matchAt(WORD, text, at);
  if (word !== undefined) return push("word", word, at + word.length);
  const symbol = matchAt(SYMBOL, text, at);
  if (symbol !== undefined) return push("symbol", symbol, at + symbol.length);
  throw syntaxErrorAt(text, at, text.charAt(at));
}

export function syntaxErrorAt(text: string, offset: number, near: string, hint = ""): SqlError {
  const where = offset >= text.length && near === "end of input" ? "end of input" : `'${near}'`;
  return new SqlError(
    "PARSE_SYNTAX_ERROR",
    `Syntax error at or near ${where}${hint}.`,
    positionIn(text, offset),
  );
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function endOfSpace(text: string, at: number): number {
  const space = matchAt(SPACE, text, at);
  if (space !== undefined) return at + space.length;
  if (text.startsWith("--", at)) {
    const newline = text.indexOf("\n", at);
    return newline === -1 ? text.length : newline;
  }
  return text.startsWith("/*", at) ? endOfComment(text, at) : at;
}

/** In Spark, bracketed comments nest. */
function endOfComment(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    if (text.startsWith("/*", at)) {
      depth++;
      at += 2;
    } else if (text.startsWith("*/", at)) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else at++;
  }
  throw syntaxErrorAt(text, start, "/*", ": unclosed bracketed comment");
}

function readString(text: string, start: number, raw: boolean): { value: string; end: number } {
  const quote = text.charAt(start);
  let at = start + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === "\\" && !raw) at += 2;
    else if (char !== quote) at++;
    else if (!raw && text.charAt(at + 1) === quote) at += 2;
    else break;
  }
  if (at >= text.length) throw syntaxErrorAt(text, start, quote, ": unclosed string");
  const body = text.slice(start + 1, at);
  return { value: raw ? body : unescapeString(body, quote), end: at + 1 };
}

function readQuotedIdentifier(text: string, start: number): { value: string; end: number } {
  let at = start + 1;
  let value = "";
  while (at < text.length) {
    if (text.startsWith("``", at)) {
      value += "`";
      at += 2;
    } else if (text.charAt(at) === "`") {
      if (value === "")
        throw new SqlError("INVALID_IDENTIFIER", "The identifier `` is empty.", positionIn(text, start));
      return { value, end: at + 1 };
    } else value += text.charAt(at++);
  }
  throw syntaxErrorAt(text, start, "`", ": unclosed quoted identifier");
}
