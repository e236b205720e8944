export interface SqlToken {
  /** An `uncertain` token is the last one: its text is the reason why the rest of the statement cannot be read. */
  readonly kind: "word" | "name" | "string" | "symbol" | "uncertain";
  /** Words and names are in upper case, as Databricks' own lexer compares them: `ınsert` with a dotless i is INSERT. */
  readonly text: string;
}

// What versions and settings of Databricks read differently is not matched, because one runs what another takes for text:
// nested comments, hints with code in them, dollar-quoted strings, and a backslash at the end of a line comment or before
// the closing quote of a raw or a double-quoted string.
const token = new RegExp(
  [
    String.raw`\s+|--[^\r\n]*(?=[\r\n]|$)(?<!\\)|/\*\+[\w\s,().]*\*/|/\*(?!\+)(?:(?!/\*|\*/)[^])*\*/`,
    // A doubled quote is read as two adjacent strings, which end at the same place.
    String.raw`'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^"])*"|[rR](?:'[^']*(?<!\\)'|"[^"]*(?<!\\)")`,
    String.raw`\x60(?:[^\x60]|\x60\x60)*\x60(?!\x60)`,
    String.raw`(?![rR]['"])[\p{L}\p{M}\p{N}_]+`,
    String.raw`(?![rR]?['"]|\x60|--|/\*|\$[\p{L}\p{N}_]{0,256}\$)[^]`,
  ].join("|"),
  "uy",
);

/** The tokens of a statement, without comments. Takes time in proportion to the length of the text. */
export function* sqlTokens(sql: string): Generator<SqlToken, void, void> {
  for (let at = 0; at < sql.length; at = token.lastIndex) {
    token.lastIndex = at;
    // Groups would tell the kinds apart too, and take three times as long.
    if (!token.test(sql)) {
      yield { kind: "uncertain", text: `it cannot be read with certainty from ${excerpt(sql, at)} on` };
      return;
    }
    const found = tokenOf(sql.slice(at, token.lastIndex));
    if (found !== undefined) yield found;
  }
}

/** These need no look at the expressions below. */
const oftenSymbols: ReadonlySet<string> = new Set("()[]<>,.;:=+-*/%|&^!?");

/** The token of a text that the expression above has matched; undefined for blanks and comments. */
function tokenOf(text: string): SqlToken | undefined {
  if (oftenSymbols.has(text)) return { kind: "symbol", text };
  if (/^[rR]?['"]/.test(text)) return { kind: "string", text };
  if (text.startsWith("`"))
    return { kind: "name", text: text.slice(1, -1).replaceAll("``", "`").toUpperCase() };
  if (/^[\p{L}\p{M}\p{N}_]/u.test(text)) return { kind: "word", text: text.toUpperCase() };
  return /^(?:\s|--|\/\*)/.test(text) ? undefined : { kind: "symbol", text };
}

function excerpt(sql: string, at: number): string {
  return JSON.stringify(sql.slice(at, at + 20));
}

export function isSymbol(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}
