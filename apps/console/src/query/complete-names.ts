import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import {
  type ColumnName,
  catalogNames,
  columnNames,
  defaultSchema,
  schemaNames,
  tableNames,
} from "./catalog-names.ts";
import { sqlFunctions } from "./sql-functions.ts";
import { sqlPieces } from "./sql-pieces.ts";
import { statementAt } from "./statements.ts";
import { type NamedTable, pathParts, tablesOf } from "./tables-of.ts";

const functions: readonly Completion[] = sqlFunctions.map((name) => ({
  label: name,
  detail: "function",
  apply: `${name}(`,
  boost: -1,
}));

/** Completes names: catalogs, schemas, tables, columns of the statement's tables, and functions. */
export async function completeNames(context: CompletionContext): Promise<CompletionResult | null> {
  // It looks at the 250 characters before the cursor alone.
  // oxlint-disable-next-line regexp/no-super-linear-move
  const path = context.matchBefore(/(?:(?:[\w-]+|`[^`]*`)\.)*`?\w*$/);
  if (path === null || (path.text === "" && !context.explicit)) return null;
  const text = context.state.doc.toString();
  const piece = sqlPieces(text).find(({ from, to }) => from < context.pos && context.pos <= to);
  if (piece?.kind === "text" || piece?.kind === "comment") return null;
  const lastDot = path.text.lastIndexOf(".");
  const parents = pathParts(path.text.slice(0, lastDot + 1));
  const tables = tablesOf(statementAt(text, context.pos)?.sql ?? "");
  const options = await optionsBehind(parents, tables);
  if (options.length === 0) return null;
  return { from: path.from + lastDot + 1, options, validFor: /^`?[\w-]*$/ };
}

async function optionsBehind(
  parents: readonly string[],
  tables: readonly NamedTable[],
): Promise<Completion[]> {
  const [first, second, third] = parents;
  if (first === undefined) return firstWords(tables);
  if (second === undefined) {
    const named = tables.find(({ alias, path }) => [alias, path.at(-1)].includes(first));
    if (named !== undefined) return columnOptions(await columnsOf(named));
    const schema = await defaultSchema();
    const inDefault = schema === undefined ? [] : await tableNames(schema[0], first);
    return [...nameOptions(await schemaNames(first), "schema"), ...nameOptions(inDefault, "table")];
  }
  if (third === undefined) return nameOptions(await tableNames(first, second), "table");
  return columnOptions(await columnNames(first, second, third));
}

async function firstWords(tables: readonly NamedTable[]): Promise<Completion[]> {
  const [columns, catalogs, schema] = await Promise.all([
    Promise.all(tables.map(columnsOf)),
    catalogNames(),
    defaultSchema(),
  ]);
  const inSchema = schema === undefined ? [] : await tableNames(...schema);
  const aliases = tables.flatMap(({ alias }) => alias ?? []);
  return [
    ...columnOptions(columns.flat()),
    ...nameOptions(aliases, "alias", 2),
    ...nameOptions(inSchema, "table", 1),
    ...nameOptions(catalogs, "catalog"),
    ...functions,
  ];
}

async function columnsOf({ path }: NamedTable): Promise<ColumnName[]> {
  const schema = path.length === 3 ? undefined : await defaultSchema();
  const [catalog, name, table] = [...(schema ?? []).slice(0, 3 - path.length), ...path];
  return catalog === undefined || name === undefined || table === undefined
    ? []
    : columnNames(catalog, name, table);
}

function nameOptions(names: readonly string[], detail: string, boost = 0): Completion[] {
  return names.map((name) => ({ label: name, detail, apply: quoted(name), boost }));
}

function columnOptions(columns: readonly ColumnName[]): Completion[] {
  return columns.map(({ name, type }) => ({
    label: name,
    apply: quoted(name),
    boost: 3,
    ...(type === undefined ? {} : { detail: type.toUpperCase() }),
  }));
}

/** In backticks where it has to be. */
function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}
