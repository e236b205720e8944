import { firstKeyword } from "@front-door/operations";

/**
 * Statements whose loss of data nobody can undo by another statement, and those that can run one which their first word does not
 * tell. Undefined: a text that cannot be read with certainty.
 */
const mayDestroy: ReadonlySet<string | undefined> = new Set([
  "BEGIN",
  "DELETE",
  "DROP",
  "EXECUTE",
  "REMOVE",
  "TRUNCATE",
  "VACUUM",
  undefined,
]);

/** What a person should confirm before the statement runs; undefined: nothing. */
export function questionOfStatement(sql: unknown): string | undefined {
  if (typeof sql !== "string") return undefined;
  const keyword = firstKeyword(sql);
  return mayDestroy.has(keyword) ? `Run this statement, which may delete something? ${sql}` : undefined;
}
