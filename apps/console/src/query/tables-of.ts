import { sqlPieces } from "./sql-pieces.ts";

export interface NamedTable {
  /** One to three parts: of a table without its schema, the table alone. */
  readonly path: readonly string[];
  readonly alias: string | undefined;
}

const part = "(?:[\\w-]+|`[^`]+`)";
const table = new RegExp(
  `\\b(?:FROM|JOIN|INTO|UPDATE|TABLE|USING)\\s+(${part}(?:\\.${part}){0,2})(?:\\s+(?:AS\\s+)?(\\w+))?`,
  "gi",
);
/** What can stand behind a table without being its alias. */
const clauses =
  /^(?:where|join|inner|left|right|full|cross|semi|anti|natural|on|using|group|order|having|limit|union|except|intersect|minus|select|set|values|lateral|pivot|unpivot|tablesample|window|qualify|when|offset|sort|cluster|distribute|as|version|timestamp|add|drop|rename|alter)$/i;

/** The tables that a statement names, as far as words tell: behind FROM, JOIN and the like. */
export function tablesOf(sql: string): NamedTable[] {
  const readable = sqlPieces(sql)
    .map(({ kind, from, to }) =>
      kind === "code" || kind === "name" ? sql.slice(from, to) : " ".repeat(to - from),
    )
    .join("");
  return Array.from(readable.matchAll(table), ([, name = "", alias]) => ({
    path: pathParts(name),
    alias: alias === undefined || clauses.test(alias) ? undefined : alias,
  }));
}

/** `main.default.`t-1`` has three parts. */
export function pathParts(name: string): string[] {
  return Array.from(name.matchAll(/`([^`]*)`?|[\w-]+/g), ([whole, quoted]) => quoted ?? whole);
}
