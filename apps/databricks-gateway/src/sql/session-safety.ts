// Statements that begin so can change data and nothing of their session. All others (USE, SET, DECLARE, CREATE
// TEMPORARY VIEW, EXECUTE IMMEDIATE, BEGIN, …) might; a session more is cheaper than a wrong catalog for a stranger.
const harmless = new Set([
  "SELECT",
  "WITH",
  "VALUES",
  "TABLE",
  "FROM",
  "SHOW",
  "DESCRIBE",
  "DESC",
  "EXPLAIN",
  "INSERT",
  "UPDATE",
  "DELETE",
  "MERGE",
]);

/** Further than this nobody looks: a statement with more comment before it costs the event loop tens of milliseconds. */
const charactersMax = 16_384;

/** Whether the session is surely after the statement as it was before it (docs/sdk-transport.md, driver 11). */
export function leavesSessionAsItWas(sql: string): boolean {
  const [word = ""] = /^[A-Za-z]+/.exec(withoutLeadingComments(sql.slice(0, charactersMax))) ?? [];
  return harmless.has(word.toUpperCase());
}

function withoutLeadingComments(sql: string): string {
  let rest = sql;
  for (;;) {
    const trimmed = rest.replace(/^[\s(;\uFEFF]+/, "");
    const [comment = ""] = /^--[^\n]*/.exec(trimmed) ?? [];
    if (endsElsewhere(comment)) return "";
    const shorter = trimmed.slice(comment.length);
    const uncommented = shorter.startsWith("/*") ? afterBlockComment(shorter) : shorter;
    if (uncommented === rest) return rest;
    rest = uncommented;
  }
}

/** Spark's line comments end at a lone carriage return too, and go on in the next line after a backslash. */
function endsElsewhere(lineComment: string): boolean {
  return /\r(?!$)|\\\r?$/.test(lineComment);
}

/** Databricks' block comments nest. What is not closed is no statement. */
function afterBlockComment(sql: string): string {
  let depth = 0;
  for (const { 0: mark, index } of sql.matchAll(/\/\*|\*\//g)) {
    depth += mark === "/*" ? 1 : -1;
    if (depth === 0) return sql.slice(index + 2);
  }
  return "";
}
