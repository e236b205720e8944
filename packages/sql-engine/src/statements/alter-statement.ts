import type { Change, ColumnEntry, SecurableKind, TableEntry } from "../catalog-source.ts";
import { quoteName } from "../duckdb/quote.ts";
import { sessionMode, settingsOf } from "../session-mode.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import {
  catalogNotFound,
  done,
  type Outcome,
  type StatementRun,
  schemaNotFound,
  volumeNotFound,
} from "../statement-run.ts";
import type { Name } from "../syntax/expression-ast.ts";
import type { AlterAction, ColumnChange, ObjectKind, StatementOf } from "../syntax/statement-ast.ts";
import { declaredTypeFromText, typeFromText } from "../syntax/type-from-text.ts";
import { findTable } from "../translate/named-table.ts";
import { duckType } from "../types/duck-type.ts";
import { typeText } from "../types/type-text.ts";
import { newColumn } from "./create-statement.ts";
import { checkDefault } from "./store-value.ts";
import { tableChange } from "./table-change.ts";

interface Found {
  kind: SecurableKind;
  path: string[];
  properties: Record<string, string>;
  table?: TableEntry;
}

/** The object of ALTER, COMMENT ON and DESCRIBE. */
export function findObject(object: ObjectKind, name: Name, run: StatementRun): Found {
  const parts = run.parts(name).map((part) => part.toLowerCase());
  const { source, principal, state } = run;
  const [first = ""] = parts;
  if (object === "CATALOG") {
    const entry = source.catalog(principal, first);
    if (entry === undefined) throw catalogNotFound(first);
    return { kind: "CATALOG", path: [first], properties: entry.properties ?? {} };
  }
  if (object === "SCHEMA") {
    const [catalog = "", schema = ""] = parts.length === 1 ? [state.catalog, first] : parts;
    const entry = source.schema(principal, catalog, schema);
    if (entry === undefined) throw schemaNotFound([catalog, schema]);
    return { kind: "SCHEMA", path: [catalog, schema], properties: entry.properties ?? {} };
  }
  const path = run.path(name);
  if (object === "VOLUME") {
    const entry = source.volume(principal, path);
    if (entry === undefined) throw volumeNotFound(path);
    return { kind: "VOLUME", path, properties: entry.properties ?? {} };
  }
  const table = findTable(path, run.translation, name.at);
  if ((table.tableType === "VIEW") !== (object === "VIEW") && object === "VIEW") {
    throw new SqlError(
      "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE",
      `The operation expects a view but \`${path.join("`.`")}\` is a table.`,
    );
  }
  return { kind: "TABLE", path, properties: table.properties ?? {}, table };
}

export async function runCommentOn(
  statement: StatementOf<"comment_on">,
  run: StatementRun,
): Promise<Outcome> {
  const found = findObject(statement.object, statement.name, run);
  return update(found, { comment: statement.comment }, run);
}

export async function runCommentOnColumn(
  { table: name, column: columnName, comment }: StatementOf<"comment_on_column">,
  run: StatementRun,
): Promise<Outcome> {
  const found = findObject("TABLE", name, run);
  const columns = found.table?.columns ?? [];
  const column = find(columns, columnName);
  return update(found, { columns: columns.map((one) => (one === column ? { ...one, comment } : one)) }, run);
}

export async function runAlter(statement: StatementOf<"alter">, run: StatementRun): Promise<Outcome> {
  const found = findObject(statement.object, statement.name, run);
  const { action } = statement;
  switch (action.kind) {
    case "owner":
      return update(found, { owner: action.to }, run);
    case "set_properties":
      return update(found, { properties: { ...found.properties, ...action.properties } }, run);
    case "unset_properties":
      return update(
        found,
        {
          properties: Object.fromEntries(
            Object.entries(found.properties).filter(([key]) => !action.keys.includes(key)),
          ),
        },
        run,
      );
    case "rename":
      return rename(found, action.to, run);
    case "definition":
      return newDefinition(found, action, run);
    case "add_constraint":
    case "drop_constraint":
    case "cluster_by":
      return update(found, await tableChange(tableOf(found), found.path, action, run), run);
    default:
      return alterColumns(found, action, run);
  }
}

async function update(found: Found, change: Change, run: StatementRun): Promise<Outcome> {
  await run.source.update(run.principal, found.kind, found.path, change);
  return done();
}

async function rename(found: Found, to: Name, run: StatementRun): Promise<Outcome> {
  const parts = run.parts(to).map((part) => part.toLowerCase());
  const above = found.path.slice(0, -1);
  if (
    parts.length > 1 &&
    above.join(".") !== [...above.slice(0, above.length - parts.length + 1), ...parts.slice(0, -1)].join(".")
  ) {
    throw unsupported("RENAME_ACROSS", "a rename into another schema or catalog");
  }
  const name = parts.at(-1) ?? "";
  if (found.kind === "TABLE" && run.source.table(run.principal, [...above, name]) !== undefined) {
    throw new SqlError(
      "TABLE_OR_VIEW_ALREADY_EXISTS",
      `Cannot rename to \`${name}\` because it already exists.`,
    );
  }
  return update(found, { name }, run);
}

async function newDefinition(
  found: Found,
  action: Extract<AlterAction, { kind: "definition" }>,
  run: StatementRun,
): Promise<Outcome> {
  if (found.table?.tableType !== "VIEW")
    throw new SqlError("EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", "ALTER … AS expects a view.");
  const query = run.translation.query(action.query);
  const columns = query.columns.map(
    (column): ColumnEntry => ({ name: column.name, typeText: typeText(column.type), nullable: true }),
  );
  return update(
    found,
    { viewDefinition: action.text, viewSettings: settingsOf(sessionMode()), columns },
    run,
  );
}

function tableOf({ table }: Found): TableEntry {
  if (table?.tableType === "MANAGED") return table;
  throw new SqlError("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "This change expects a table.");
}

type ColumnAction = Extract<
  AlterAction,
  { kind: "add_columns" | "drop_columns" | "rename_column" | "alter_column" }
>;

async function alterColumns(found: Found, action: ColumnAction, run: StatementRun): Promise<Outcome> {
  const { table, path } = found;
  if (table === undefined || table.tableType !== "MANAGED")
    throw new SqlError("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "This change of columns expects a table.");
  run.source.require(run.principal, "MANAGE", "TABLE", path);
  refuseNamedColumns(table, action);
  const catalogId = run.catalogId(path[0] ?? "");
  await run.storage.ensure(catalogId, table);
  const data = run.storage.nameOf(catalogId, table.id);
  const steps = columnSteps(table.columns, action, run);
  for (const step of steps.sql) await run.storage.run(`ALTER TABLE ${data} ${step}`);
  return update(found, { columns: steps.columns }, run);
}

/** Keys and the layout name columns, and would be left with names that do not exist. */
function refuseNamedColumns(table: TableEntry, action: ColumnAction): void {
  const gone =
    action.kind === "drop_columns" ? action.names : action.kind === "rename_column" ? [action.from] : [];
  const inUse = [
    ...(table.constraints ?? []).flatMap((one) => one.columns),
    ...(table.partitionColumns ?? []),
    ...(table.clusterColumns ?? []),
  ];
  const name = gone.find((one) => inUse.some((used) => used.toLowerCase() === one.toLowerCase()));
  if (name !== undefined)
    throw unsupported(
      "KEY_COLUMN",
      `a change of the column ${name}, which a key or the layout of the table names`,
    );
}

interface Steps {
  columns: ColumnEntry[];
  sql: string[];
}

function columnSteps(columns: ColumnEntry[], action: ColumnAction, run: StatementRun): Steps {
  switch (action.kind) {
    case "add_columns": {
      const added = action.columns
        .filter((column) => !action.ifNotExists || !has(columns, column.name))
        .map((column) => newColumn(column, run));
      for (const column of added) {
        if (has(columns, column.name))
          throw new SqlError("COLUMN_ALREADY_EXISTS", `The column \`${column.name}\` already exists.`);
        if (!column.nullable) throw unsupported("ADD_NOT_NULL_COLUMN", "a new column with NOT NULL");
      }
      return {
        columns: [...columns, ...added],
        sql: added.map(
          (column) => `ADD COLUMN ${quoteName(column.name)} ${duckType(typeFromText(column.typeText))}`,
        ),
      };
    }
    case "drop_columns": {
      const names = action.names.filter((name) => !action.ifExists || has(columns, name));
      const dropped = names.map((name) => find(columns, name));
      return {
        columns: columns.filter((column) => !dropped.includes(column)),
        sql: dropped.map((column) => `DROP COLUMN ${quoteName(column.name)}`),
      };
    }
    case "rename_column": {
      const column = find(columns, action.from);
      if (has(columns, action.to))
        throw new SqlError("COLUMN_ALREADY_EXISTS", `The column \`${action.to}\` already exists.`);
      return {
        columns: columns.map((one) => (one === column ? { ...one, name: action.to } : one)),
        sql: [`RENAME COLUMN ${quoteName(column.name)} TO ${quoteName(action.to)}`],
      };
    }
    case "alter_column": {
      const column = find(columns, action.name);
      const changed = changeColumn(column, action.change, run);
      return { columns: columns.map((one) => (one === column ? changed.column : one)), sql: changed.sql };
    }
  }
}

function changeColumn(
  column: ColumnEntry,
  change: ColumnChange,
  run: StatementRun,
): { column: ColumnEntry; sql: string[] } {
  switch (change.kind) {
    case "comment":
      return { column: { ...column, comment: change.comment }, sql: [] };
    case "nullable":
      return {
        column: { ...column, nullable: change.nullable },
        sql: [`ALTER COLUMN ${quoteName(column.name)} ${change.nullable ? "DROP" : "SET"} NOT NULL`],
      };
    case "default":
      if (change.text !== undefined)
        checkDefault(change.text, declaredTypeFromText(column.typeText), run.translation);
      return { column: { ...column, defaultText: change.text }, sql: [] };
    case "type":
      throw unsupported("ALTER_COLUMN_TYPE", "a change of a column's type");
  }
}

const has = (columns: ColumnEntry[], name: string): boolean =>
  columns.some((column) => column.name.toLowerCase() === name.toLowerCase());

function find(columns: ColumnEntry[], name: string): ColumnEntry {
  const found = columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new SqlError(
    "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    `A column with name \`${name}\` cannot be resolved. Did you mean one of the following? [${columns.map((column) => `\`${column.name}\``).join(", ")}].`,
  );
}
