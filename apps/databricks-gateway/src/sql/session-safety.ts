// Statements that start with these words can change data but not their session. Any other (USE, SET, DECLARE, CREATE
// TEMPORARY VIEW, EXECUTE IMMEDIATE, BEGIN, …) might; a new session costs less than a stranger's catalog.
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

/** The first word may be this far from the start; looking further would hold the event loop. */
const charactersMax = 16_384;

// Not matched, because versions of Databricks differ on where it ends: a nested comment, and a line comment that has a
// backslash or a lone carriage return.
const firstWord = /^(?:[\s(;\uFEFF]|--[^\r\n\\]*\r?\n|\/\*(?:(?!\/\*|\*\/)[^])*\*\/)*([A-Za-z]+)/;

/** Whether the statement is known to leave its session unchanged (docs/sdk-transport.md, driver 11). */
export function leavesSessionAsItWas(sql: string): boolean {
  const [, word = ""] = firstWord.exec(sql.slice(0, charactersMax)) ?? [];
  return harmless.has(word.toUpperCase());
}
