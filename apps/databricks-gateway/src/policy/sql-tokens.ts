export type SqlToken =
  /** A keyword or a name without quotes, in upper case as Databricks' own lexer compares it. */
  | { readonly kind: "word"; readonly text: string }
  /** A name in backticks, without them, in upper case. */
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "string" }
  | { readonly kind: "symbol"; readonly text: string };

/** The reason why versions of Databricks may split a text into different tokens. */
export class UncertainSqlError extends Error {
  override readonly name = "UncertainSqlError";
}

/**
 * The tokens of a statement, without comments. Throws an {@link UncertainSqlError} where versions and settings of Databricks
 * differ on where a string or a comment ends: nested comments, dollar-quoted strings, hints with code in them, a comment
 * continued by a backslash, a backslash before the closing quote of a raw or a double-quoted string. What one version takes
 * for text another would run.
 */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < sql.length) {
    const [token, end] = nextToken(sql, at);
    if (token !== undefined) tokens.push(token);
    at = end;
  }
  return tokens;
}

type Step = readonly [SqlToken | undefined, number];

function nextToken(sql: string, at: number): Step {
  const character = sql[at] ?? "";
  const two = sql.slice(at, at + 2);
  if (/\s/.test(character)) return [undefined, at + 1];
  if (two === "--") return [undefined, endOfLineComment(sql, at)];
  if (two === "/*") return [undefined, endOfBlockComment(sql, at)];
  if (character === "'" || character === '"') return [{ kind: "string" }, endOfString(sql, at)];
  if (character === "`") return quotedName(sql, at);
  wordPattern.lastIndex = at;
  const [word] = wordPattern.exec(sql) ?? [];
  if (character === "$" && /^\$[\p{L}\p{N}_]*\$/u.test(sql.slice(at, at + 256)))
    throw new UncertainSqlError("it has a dollar-quoted string");
  if (word === undefined) return [{ kind: "symbol", text: character }, at + 1];
  const end = at + word.length;
  const raw = /^r$/i.test(word) && (sql[end] === "'" || sql[end] === '"');
  // The lexer upper-cases before it compares: `ınsert` with a dotless i is INSERT.
  return raw
    ? [{ kind: "string" }, endOfRawString(sql, end)]
    : [{ kind: "word", text: word.toUpperCase() }, end];
}

const wordPattern = /[\p{L}\p{M}\p{N}_]+/uy;

function endOfLineComment(sql: string, at: number): number {
  const end = sql.slice(at).search(/[\r\n]/);
  const comment = end < 0 ? sql.slice(at) : sql.slice(at, at + end);
  if (comment.endsWith("\\")) throw new UncertainSqlError("a comment ends with a backslash");
  return at + comment.length;
}

function endOfBlockComment(sql: string, at: number): number {
  const end = sql.indexOf("*/", at + 2);
  if (end < 0) throw new UncertainSqlError("a comment is not closed");
  const inside = sql.slice(at + 2, end);
  if (inside.includes("/*") || inside.endsWith("/")) throw new UncertainSqlError("a comment is nested");
  // A hint is code: strings and comments in it count.
  if (inside.startsWith("+") && !/^\+[\w\s,().]*$/.test(inside))
    throw new UncertainSqlError("a hint is not plain");
  return end + 2;
}

function endOfString(sql: string, at: number): number {
  const quote = sql[at];
  for (let index = at + 1; index < sql.length; index++) {
    if (sql[index] === "\\") {
      // Where double quotes mark identifiers, a backslash has no special meaning.
      if (quote === '"' && sql[index + 1] === '"') throw new UncertainSqlError('a backslash is before a "');
      index += 1;
    } else if (sql[index] === quote) {
      // A doubled quote is read as two adjacent strings, which end at the same place.
      return index + 1;
    }
  }
  throw new UncertainSqlError("a string is not closed");
}

function endOfRawString(sql: string, at: number): number {
  const end = sql.indexOf(sql[at] ?? "", at + 1);
  if (end < 0) throw new UncertainSqlError("a string is not closed");
  // Versions without raw strings read a name and an ordinary string, in which this quote is escaped.
  if (sql[end - 1] === "\\") throw new UncertainSqlError("a raw string ends with a backslash");
  return end + 1;
}

function quotedName(sql: string, at: number): Step {
  let text = "";
  for (let index = at + 1; index < sql.length; index++) {
    if (sql[index] !== "`") text += sql[index];
    else if (sql[index + 1] === "`") {
      text += "`";
      index += 1;
    } else return [{ kind: "name", text: text.toUpperCase() }, index + 1];
  }
  throw new UncertainSqlError("a name in backticks is not closed");
}
