import { tablesOf } from "./tables-of.ts";

const lengthMax = 28;

/** A name for a text: its first comment, or the table that it is about, or how it begins. */
export function tabTitle(sql: string): string {
  const comment = /^\s*--\s*(\S[^\n]*)/.exec(sql)?.[1];
  if (comment !== undefined) return short(comment);
  const table = tablesOf(sql)[0]?.path.at(-1);
  if (table !== undefined) return short(table);
  const line = sql.trim().split("\n", 1)[0] ?? "";
  return line === "" ? "New query" : short(line);
}

function short(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > lengthMax ? `${trimmed.slice(0, lengthMax - 1).trimEnd()}…` : trimmed;
}
