import type { ColumnEntry, TableConstraint, TableEntry } from "../catalog-source.ts";
import { sessionMode, settingsOf } from "../session-mode.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import {
  catalogNotFound,
  done,
  listing,
  type Outcome,
  type StatementRun,
  schemaNotFound,
} from "../statement-run.ts";
import type { ColumnDefinition, StatementOf } from "../syntax/statement-ast.ts";
import type { OutputColumn } from "../translate/scope.ts";
import { tableColumns } from "../translate/table-columns.ts";
import { forOutput } from "../translate/translate-query.ts";
import { BIGINT, type DataType, isInterval } from "../types/data-type.ts";
import { typeText } from "../types/type-text.ts";
import { dropData } from "./drop-statement.ts";
import { checkDefault } from "./store-value.ts";
import { columnsOf, primaryKey, withKey } from "./table-keys.ts";

const optional = (comment: string | undefined) => (comment === undefined ? {} : { comment });

/** CREATE TABLE … AS has the columns of an INSERT's counts, but no row. */
const COUNTS = ["num_affected_rows", "num_inserted_rows"].map((name) => ({ name, type: BIGINT }));

export async function runCreateContainer(
  statement: StatementOf<"create_container">,
  run: StatementRun,
): Promise<Outcome> {
  const parts = run.parts(statement.name).map((part) => part.toLowerCase());
  const entry = {
    id: run.storage.newId(),
    owner: run.principal,
    properties: statement.properties,
    createdAt: Date.now(),
    ...optional(statement.comment),
  };
  if (statement.object === "CATALOG") {
    const [name = ""] = parts;
    if (parts.length > 1)
      throw new SqlError("INVALID_IDENTIFIER", `The catalog name ${parts.join(".")} is invalid.`);
    if (run.source.catalog(run.principal, name) !== undefined) {
      if (statement.ifNotExists) return done();
      throw new SqlError(
        "CATALOG_ALREADY_EXISTS",
        `Cannot create catalog \`${name}\` because it already exists. Choose a different name or drop the existing catalog first.`,
      );
    }
    await run.source.createCatalog(run.principal, { ...entry, name });
    return done();
  }
  const [catalog = "", name = ""] = parts.length === 1 ? [run.state.catalog, parts[0]] : parts;
  if (run.source.catalog(run.principal, catalog) === undefined) throw catalogNotFound(catalog);
  if (run.source.schema(run.principal, catalog, name) !== undefined) {
    if (statement.ifNotExists) return done();
    throw new SqlError(
      "SCHEMA_ALREADY_EXISTS",
      `Cannot create schema \`${catalog}\`.\`${name}\` because it already exists. Choose a different name, drop the existing schema, or add the IF NOT EXISTS clause to tolerate pre-existing schema.`,
    );
  }
  run.source.require(run.principal, "CREATE", "CATALOG", [catalog]);
  await run.source.createSchema(run.principal, catalog, { ...entry, name });
  return done();
}

export async function runCreateVolume(
  statement: StatementOf<"create_volume">,
  run: StatementRun,
): Promise<Outcome> {
  const path = run.path(statement.name);
  const [catalog = "", schema = "", name = ""] = path;
  requireSchema(run, path);
  if (run.source.volume(run.principal, path) !== undefined) {
    if (statement.ifNotExists) return done();
    throw new SqlError(
      "VOLUME_ALREADY_EXISTS",
      `Cannot create volume \`${path.join("`.`")}\` because it already exists.`,
    );
  }
  await run.source.createVolume(run.principal, catalog, schema, {
    id: run.storage.newId(),
    name,
    owner: run.principal,
    createdAt: Date.now(),
    ...optional(statement.comment),
  });
  return done();
}

function requireSchema(run: StatementRun, path: readonly string[]): void {
  const [catalog = "", schema = ""] = path;
  if (run.source.catalog(run.principal, catalog) === undefined) throw catalogNotFound(catalog);
  if (run.source.schema(run.principal, catalog, schema) === undefined)
    throw schemaNotFound([catalog, schema]);
  run.source.require(run.principal, "CREATE", "SCHEMA", [catalog, schema]);
}

/** The table to replace, if there is one. "leave" if IF NOT EXISTS says to leave it. Throws if the name is taken. */
function tableToReplace(
  run: StatementRun,
  path: readonly string[],
  statement: { orReplace: boolean; ifNotExists: boolean },
): TableEntry | "leave" | undefined {
  const existing = run.source.table(run.principal, path);
  if (existing === undefined) return undefined;
  if (statement.ifNotExists) return "leave";
  if (statement.orReplace) {
    run.source.require(run.principal, "MANAGE", "TABLE", path);
    return existing;
  }
  const text = `Cannot create table or view \`${path.join("`.`")}\` because it already exists. Choose a different name, drop or replace the existing object, or add the IF NOT EXISTS clause to tolerate pre-existing objects.`;
  throw new SqlError("TABLE_OR_VIEW_ALREADY_EXISTS", text);
}

export async function runCreateTable(
  statement: StatementOf<"create_table">,
  run: StatementRun,
): Promise<Outcome> {
  const path = run.path(statement.name);
  const [catalog = "", schema = "", name = ""] = path;
  requireSchema(run, path);
  const existing = tableToReplace(run, path, statement);
  if (existing === "leave") return done();
  const query = statement.query === undefined ? undefined : forStorage(run, statement);
  const columns = query === undefined ? definedColumns(statement, run) : query.columns.map(columnEntry);
  checkNames(columns);
  const constraints = statement.keys.reduce(
    (sum, key) => withKey(key, { columns, constraints: sum }, path, run),
    [] as TableConstraint[],
  );
  // Unlike in ALTER TABLE, a primary key here makes its columns NOT NULL.
  for (const column of columns)
    if (primaryKey({ constraints })?.columns.includes(column.name)) column.nullable = false;
  const entry: TableEntry = {
    id: run.storage.newId(),
    name,
    owner: run.principal,
    createdAt: Date.now(),
    tableType: "MANAGED",
    columns,
    properties: statement.properties,
    ...(constraints.length === 0 ? {} : { constraints }),
    ...layout(statement, columns),
    ...optional(statement.comment),
  };
  const catalogId = run.catalogId(catalog);
  await run.storage.create(catalogId, entry.id, tableColumns(entry));
  try {
    if (query !== undefined)
      await run.change(`INSERT INTO ${run.storage.nameOf(catalogId, entry.id)} ${query.sql}`);
    if (existing !== undefined) await run.source.drop(run.principal, "TABLE", path);
    await run.source.createTable(run.principal, catalog, schema, entry);
    await run.noteLineage(path);
    if (existing !== undefined) await dropData(run, path, existing);
    return query === undefined ? done() : listing(COUNTS, []);
  } catch (error) {
    await run.storage.drop(catalogId, entry.id);
    throw error;
  }
}

function layout({ partitionBy, clusterBy }: StatementOf<"create_table">, columns: ColumnEntry[]) {
  if (partitionBy.length > 0 && clusterBy.length > 0)
    throw new SqlError(
      "INVALID_PARAMETER_VALUE",
      "A table has either PARTITIONED BY or CLUSTER BY, not both.",
    );
  return {
    ...(partitionBy.length === 0 ? {} : { partitionColumns: columnsOf(partitionBy, columns) }),
    ...(clusterBy.length === 0 ? {} : { clusterColumns: columnsOf(clusterBy, columns) }),
  };
}

function forStorage(run: StatementRun, statement: StatementOf<"create_table">) {
  if (statement.query === undefined) throw new Error("Only for AS query.");
  const query = run.translation.query(statement.query);
  for (const column of query.columns) checkStorable(column.name, column.type);
  return query;
}

const columnEntry = (column: OutputColumn): ColumnEntry => ({
  name: column.name,
  typeText: typeText(column.type),
  nullable: true,
});

function definedColumns(statement: StatementOf<"create_table">, run: StatementRun): ColumnEntry[] {
  if (statement.like !== undefined) {
    const path = run.path(statement.like);
    const entry = run.source.table(run.principal, path);
    if (entry === undefined)
      throw new SqlError(
        "TABLE_OR_VIEW_NOT_FOUND",
        `The table or view \`${path.join("`.`")}\` cannot be found.`,
      );
    return entry.columns.map((column) => ({ ...column }));
  }
  return statement.columns.map((column) => newColumn(column, run));
}

export function newColumn(column: ColumnDefinition, run: StatementRun): ColumnEntry {
  checkStorable(column.name, column.type);
  if (column.defaultText !== undefined) checkDefault(column.defaultText, column.type, run.translation);
  return {
    name: column.name,
    typeText: typeText(column.type),
    nullable: column.nullable,
    ...optional(column.comment),
    ...(column.defaultText === undefined ? {} : { defaultText: column.defaultText }),
  };
}

function checkStorable(name: string, type: DataType): void {
  if (isInterval(type) || type.kind === "void")
    throw unsupported("COLUMN_TYPE", `the type ${typeText(type)} for the column ${name} of a table`);
}

function checkNames(columns: ColumnEntry[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name.toLowerCase()))
      throw new SqlError(
        "COLUMN_ALREADY_EXISTS",
        `The column \`${name.toLowerCase()}\` already exists. Choose another name or rename the existing column.`,
      );
    seen.add(name.toLowerCase());
  }
}

export async function runCreateView(
  statement: StatementOf<"create_view">,
  run: StatementRun,
): Promise<Outcome> {
  const query = forOutput(run.translation.query(statement.query));
  if (run.translation.boundParameters.length > 0)
    throw unsupported("VIEW_PARAMETERS", "parameters in a view");
  const names =
    statement.columns.length > 0
      ? statement.columns.map((column) => column.name)
      : query.columns.map((column) => column.name);
  if (names.length !== query.columns.length) {
    throw new SqlError(
      "VIEW_COLUMN_MISMATCH",
      `The view has ${names.length} columns, but its query has ${query.columns.length}.`,
    );
  }
  const defaults = { catalog: run.state.catalog, schema: run.state.schema };
  if (statement.temporary) {
    const [name = ""] = run.parts(statement.name);
    if (run.state.temporaryViews.has(name.toLowerCase()) && !statement.orReplace) {
      throw new SqlError(
        "TABLE_OR_VIEW_ALREADY_EXISTS",
        `Cannot create table or view \`${name}\` because it already exists.`,
      );
    }
    run.state.temporaryViews.set(name.toLowerCase(), {
      text: statement.text,
      columns: names,
      defaults,
      mode: sessionMode(),
    });
    return done();
  }
  const path = run.path(statement.name);
  requireSchema(run, path);
  const existing = tableToReplace(run, path, statement);
  if (existing === "leave") return done();
  const columns = query.columns.map((column, i) => ({
    ...columnEntry(column),
    name: names[i] ?? column.name,
    ...optional(statement.columns[i]?.comment),
  }));
  checkNames(columns);
  if (existing !== undefined) await run.source.drop(run.principal, "TABLE", path);
  await run.source.createTable(run.principal, path[0] ?? "", path[1] ?? "", {
    id: run.storage.newId(),
    name: path[2] ?? "",
    owner: run.principal,
    createdAt: Date.now(),
    tableType: "VIEW",
    columns,
    viewDefinition: statement.text,
    viewDefaults: defaults,
    viewSettings: settingsOf(sessionMode()),
    properties: statement.properties,
    ...optional(statement.comment),
  });
  await run.noteLineage(path);
  if (existing !== undefined) await dropData(run, path, existing);
  return done();
}
