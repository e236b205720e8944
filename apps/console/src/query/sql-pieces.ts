export interface SqlPiece {
  readonly kind: "code" | "text" | "name" | "comment";
  readonly from: number;
  readonly to: number;
}

/**
 * Each alternative ends where the piece does, or at the end of a text that leaves it open. All are linear. In a raw literal
 * (`r'…'`) a backslash is one.
 */
const special =
  /--[^\n]*|\/\*|\b[rR]'[^']*(?:'|$)|\b[rR]"[^"]*(?:"|$)|'(?:[^'\\]|\\[^]?)*(?:'|$)|"(?:[^"\\]|\\[^]?)*(?:"|$)|`[^`]*(?:`|$)/g;
const commentMark = /\/\*|\*\//g;

/** Cuts SQL into code, string literals, names in backticks, and comments, without a gap, as Databricks reads them. */
export function sqlPieces(sql: string): SqlPiece[] {
  const pieces: SqlPiece[] = [];
  let at = 0;
  const add = (kind: SqlPiece["kind"], to: number) => {
    if (to > at) pieces.push({ kind, from: at, to });
    at = to;
  };
  for (;;) {
    special.lastIndex = at;
    const match = special.exec(sql);
    if (match === null) break;
    add("code", match.index);
    const [text] = match;
    const end = match.index + text.length;
    if (text === "/*") add("comment", endOfComment(sql, match.index));
    else if (text.startsWith("--")) add("comment", end);
    else add(text.startsWith("`") ? "name" : "text", end);
  }
  add("code", sql.length);
  return pieces;
}

/** Bracketed comments nest. */
function endOfComment(sql: string, start: number): number {
  commentMark.lastIndex = start;
  let depth = 0;
  for (;;) {
    const match = commentMark.exec(sql);
    if (match === null) return sql.length;
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return commentMark.lastIndex;
  }
}

/** The text with spaces in place of everything that is not code: what is found in it stands at the same position. */
export function codeOnly(sql: string): string {
  return sqlPieces(sql)
    .map(({ kind, from, to }) => (kind === "code" ? sql.slice(from, to) : " ".repeat(to - from)))
    .join("");
}
