import type { QueryTab } from "./kept-tabs.ts";
import { tablesOf } from "./tables-of.ts";

const lengthMax = 28;

/** The name of a tab, or else a name for its text: its first comment, or the table that it is about, or how it begins. */
export function tabTitle({ name, sql }: Pick<QueryTab, "name" | "sql">): string {
  if (name !== undefined) return short(name);
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
