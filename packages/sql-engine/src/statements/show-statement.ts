import { SqlError } from "../sql-error.ts";
import {
  catalogNotFound,
  listing,
  type Outcome,
  type StatementRun,
  schemaNotFound,
} from "../statement-run.ts";
import type { Name } from "../syntax/expression-ast.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { INFORMATION_SCHEMA } from "../translate/information-schema.ts";
import { findTable } from "../translate/named-table.ts";
import { BOOLEAN, STRING } from "../types/data-type.ts";
import { createTableText } from "./create-table-text.ts";
import { likePattern } from "./like-pattern.ts";
import { shownProperties, tableInformation } from "./table-details.ts";

const text = (...names: string[]) => names.map((name) => ({ name, type: STRING }));
const IS_TEMPORARY = { name: "isTemporary", type: BOOLEAN };

export function runShow(statement: StatementOf<"show">, run: StatementRun): Outcome {
  const { source, principal } = run;
  const wanted = likePattern(statement.like);
  switch (statement.what) {
    case "CATALOGS":
      return listing(
        text("catalog"),
        // Every workspace has the catalog system.
        [...new Set([...names(source.catalogs(principal)), "system"])]
          .toSorted()
          .filter(wanted)
          .map((name) => [name]),
      );
    case "SCHEMAS": {
      const catalog = catalogOf(statement.in, run);
      const schemas = [
        ...new Set([...names(source.schemas(principal, catalog)), "information_schema"]),
      ].toSorted();
      return listing(
        text("databaseName"),
        schemas.filter(wanted).map((name) => [name]),
      );
    }
    case "TABLES":
    case "VIEWS":
      return showTables(statement, wanted, run);
    case "TABLE EXTENDED": {
      const [catalog, schema] = schemaOf(statement.in, run);
      const tables = source.tables(principal, catalog, schema).filter(({ name }) => wanted(name));
      return listing(
        [...text("database", "tableName"), IS_TEMPORARY, ...text("information")],
        tables.map((table) => [
          schema,
          table.name,
          "false",
          tableInformation([catalog, schema, table.name], table),
        ]),
      );
    }
    case "VOLUMES": {
      const [catalog, schema] = schemaOf(statement.in, run);
      const volumes = names(source.volumes(principal, catalog, schema)).filter(wanted);
      return listing(
        text("database", "volume_name"),
        volumes.map((name) => [schema, name]),
      );
    }
    case "COLUMNS":
      return listing(
        text("col_name"),
        tableOf(statement, run).columns.map((column) => [column.name]),
      );
    case "TBLPROPERTIES": {
      const properties = Object.entries(shownProperties(tableOf(statement, run))).filter(
        ([key]) => statement.key === undefined || key === statement.key,
      );
      return listing(text("key", "value"), properties);
    }
    case "CREATE TABLE":
      return listing(text("createtab_stmt"), [
        [createTableText(pathOf(statement, run), tableOf(statement, run))],
      ]);
  }
}

const names = (entries: { name: string }[]): string[] => entries.map((entry) => entry.name).toSorted();

function catalogOf(name: Name | undefined, run: StatementRun): string {
  const [catalog = ""] =
    name === undefined ? [run.state.catalog] : run.parts(name).map((part) => part.toLowerCase());
  if (catalog !== "system" && run.source.catalog(run.principal, catalog) === undefined)
    throw catalogNotFound(catalog);
  return catalog;
}

function schemaOf(
  name: Name | undefined,
  run: StatementRun,
  withSystem = false,
): [catalog: string, schema: string] {
  const parts =
    name === undefined
      ? [run.state.catalog, run.state.schema]
      : run.parts(name).map((part) => part.toLowerCase());
  const [catalog = "", schema = ""] = parts.length === 1 ? [run.state.catalog, parts[0]] : parts;
  const isSystem = withSystem && schema === "information_schema";
  if (isSystem && catalog === "system") return [catalog, schema];
  if (run.source.catalog(run.principal, catalog) === undefined) throw catalogNotFound(catalog);
  if (isSystem) return [catalog, schema];
  if (run.source.schema(run.principal, catalog, schema) === undefined)
    throw schemaNotFound([catalog, schema]);
  return [catalog, schema];
}

function showTables(
  statement: StatementOf<"show">,
  wanted: (name: string) => boolean,
  run: StatementRun,
): Outcome {
  const [catalog, schema] = schemaOf(statement.in, run, true);
  const isViews = statement.what === "VIEWS";
  const tables = run.source
    .tables(run.principal, catalog, schema)
    .filter((table) => !isViews || table.tableType === "VIEW");
  const permanent = names(schema === "information_schema" ? [...INFORMATION_SCHEMA] : tables)
    .filter(wanted)
    .map((name) => [schema, name, "false"]);
  const temporary = [...run.state.temporaryViews.keys()]
    .toSorted()
    .filter(wanted)
    .map((name) => ["", name, "true"]);
  const columns = isViews ? text("namespace", "viewName") : text("database", "tableName");
  return listing([...columns, IS_TEMPORARY], [...permanent, ...temporary]);
}

function pathOf(statement: StatementOf<"show">, run: StatementRun): string[] {
  if (statement.target === undefined) throw new SqlError("INTERNAL_ERROR", "SHOW without a table.");
  if (statement.in === undefined) return run.path(statement.target);
  return [...schemaOf(statement.in, run), run.parts(statement.target).at(-1)?.toLowerCase() ?? ""];
}

function tableOf(statement: StatementOf<"show">, run: StatementRun) {
  return findTable(pathOf(statement, run), run.translation, statement.at);
}
