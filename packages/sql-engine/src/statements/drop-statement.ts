import type { TableEntry } from "../catalog-source.ts";
import { SqlError } from "../sql-error.ts";
import {
  catalogNotFound,
  done,
  type Outcome,
  type StatementRun,
  schemaNotFound,
  volumeNotFound,
} from "../statement-run.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";

type Drop = StatementOf<"drop">;

export async function runDrop(statement: Drop, run: StatementRun): Promise<Outcome> {
  switch (statement.object) {
    case "CATALOG":
      return dropCatalog(statement, run);
    case "SCHEMA":
      return dropSchema(statement, run);
    case "VOLUME":
      return dropVolume(statement, run);
    case "TABLE":
    case "VIEW":
      return dropTable(statement, run);
  }
}

async function dropTable(statement: Drop, run: StatementRun): Promise<Outcome> {
  const parts = run.parts(statement.name);
  const [only = ""] = parts;
  if (parts.length === 1 && run.state.temporaryViews.delete(only.toLowerCase())) return done();
  const path = run.path(statement.name);
  const entry = run.source.table(run.principal, path);
  if (entry === undefined) {
    if (statement.ifExists) return done();
    throw new SqlError(
      "TABLE_OR_VIEW_NOT_FOUND",
      `The table or view \`${path.join("`.`")}\` cannot be found. To tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS.`,
      run.translation.position(statement.name.at),
    );
  }
  const isView = entry.tableType === "VIEW";
  if (isView !== (statement.object === "VIEW")) {
    throw isView
      ? new SqlError(
          "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW",
          `'DROP TABLE' expects a table but \`${path.join("`.`")}\` is a view.`,
        )
      : new SqlError(
          "EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE",
          `The view operation 'DROP VIEW' expects a view but \`${path.join("`.`")}\` is a table.`,
        );
  }
  await run.source.drop(run.principal, "TABLE", path);
  await dropData(run, path, entry);
  return done();
}

/** Deletes the rows after the metadata, so that what a crash leaves behind has no name. */
export async function dropData(run: StatementRun, path: readonly string[], entry: TableEntry): Promise<void> {
  if (entry.tableType === "MANAGED") await run.storage.drop(run.catalogId(path[0] ?? ""), entry.id);
}

async function dropSchema(statement: Drop, run: StatementRun): Promise<Outcome> {
  const parts = run.parts(statement.name).map((part) => part.toLowerCase());
  const [catalog = "", schema = ""] = parts.length === 1 ? [run.state.catalog, parts[0]] : parts;
  if (run.source.schema(run.principal, catalog, schema) === undefined) {
    if (statement.ifExists) return done();
    throw schemaNotFound([catalog, schema]);
  }
  const tables = run.source.tables(run.principal, catalog, schema);
  const volumes = run.source.volumes(run.principal, catalog, schema);
  const functions = run.source.functions(run.principal, catalog, schema);
  if (!statement.cascade && tables.length + volumes.length + functions.length > 0) {
    throw new SqlError(
      "SCHEMA_NOT_EMPTY",
      `Cannot drop a schema \`${schema}\` because it contains objects. Use DROP SCHEMA ... CASCADE to drop the schema and all its objects.`,
    );
  }
  await run.source.drop(run.principal, "SCHEMA", [catalog, schema]);
  for (const table of tables) await dropData(run, [catalog], table);
  return done();
}

async function dropCatalog(statement: Drop, run: StatementRun): Promise<Outcome> {
  const [name = ""] = run.parts(statement.name).map((part) => part.toLowerCase());
  const entry = run.source.catalog(run.principal, name);
  if (entry === undefined) {
    if (statement.ifExists) return done();
    throw catalogNotFound(name);
  }
  const isEmpty = run.source
    .schemas(run.principal, name)
    .every((schema) => schema.name === "information_schema" || schema.name === "default");
  if (!isEmpty && !statement.cascade) {
    throw new SqlError(
      "SCHEMA_NOT_EMPTY",
      `Cannot drop the catalog \`${name}\` because it contains schemas. Use DROP CATALOG ... CASCADE.`,
    );
  }
  await run.source.drop(run.principal, "CATALOG", [name]);
  await run.storage.dropCatalog(entry.id);
  return done();
}

async function dropVolume(statement: Drop, run: StatementRun): Promise<Outcome> {
  const path = run.path(statement.name);
  if (run.source.volume(run.principal, path) === undefined) {
    if (statement.ifExists) return done();
    throw volumeNotFound(path);
  }
  await run.source.drop(run.principal, "VOLUME", path);
  return done();
}
