import { catalogNotFound, listing, type Outcome, type StatementRun } from "../statement-run.ts";
import type { MetadataPatterns, MetadataWhat, StatementOf } from "../syntax/statement-ast.ts";
import { declaredTypeFromText } from "../syntax/type-from-text.ts";
import type { ViewName } from "../translate/information-schema.ts";
import { Inventory, type ViewRecord, viewRecords } from "../translate/information-schema-rows.ts";
import { findTable } from "../translate/named-table.ts";
import type { RowsColumn } from "../translate/rows-query.ts";
import { BOOLEAN, INT, STRING } from "../types/data-type.ts";
import { sqlTypeText } from "../types/type-text.ts";
import { likePattern } from "./like-pattern.ts";

/** A column of the result, and its value in a row. */
type Field = RowsColumn & { value: (record: ViewRecord) => string | null | undefined };

/** The view that has the rows, the column that each pattern is for, and the result's columns. */
interface Listing {
  view: ViewName;
  patterns: { [Part in keyof MetadataPatterns]: string };
  fields: Field[];
}

const field = (name: string, from: string | ((record: ViewRecord) => string | null | undefined)): Field => ({
  name,
  type: STRING,
  value: typeof from === "string" ? (record) => record[from] : from,
});
const typed = (type: RowsColumn["type"], one: Field): Field => ({ ...one, type });

/** Databricks' JDBC driver and the Python connector read these columns by name, the type of a table by its place too. */
const LISTINGS: Record<MetadataWhat, Listing> = {
  SCHEMAS: {
    view: "schemata",
    patterns: { name: "schema_name" },
    fields: [field("databaseName", "schema_name"), field("catalog", "catalog_name")],
  },
  TABLES: {
    view: "tables",
    patterns: { schema: "table_schema", name: "table_name" },
    fields: [
      field("namespace", "table_schema"),
      field("tableName", "table_name"),
      typed(
        BOOLEAN,
        field("isTemporary", () => "false"),
      ),
      field("information", () => null),
      field("catalogName", "table_catalog"),
      field("tableType", ({ table_type }) => (table_type === "VIEW" ? "VIEW" : "TABLE")),
      field("remarks", "comment"),
    ],
  },
  COLUMNS: {
    view: "columns",
    patterns: { schema: "table_schema", table: "table_name", name: "column_name" },
    fields: [
      field("col_name", "column_name"),
      field("catalogName", "table_catalog"),
      field("namespace", "table_schema"),
      field("tableName", "table_name"),
      field("columnType", ({ full_data_type }) => sqlTypeText(declaredTypeFromText(full_data_type ?? ""))),
      typed(INT, field("columnSize", "numeric_precision")),
      typed(INT, field("decimalDigits", "numeric_scale")),
      typed(INT, field("radix", "numeric_precision_radix")),
      field("isNullable", ({ is_nullable }) => String(is_nullable === "YES")),
      field("remarks", "comment"),
      // From 1, while information_schema counts from 0.
      typed(
        INT,
        field("ordinalPosition", ({ ordinal_position }) => String(Number(ordinal_position) + 1)),
      ),
      field("isAutoIncrement", () => "NO"),
      field("isGenerated", () => "NO"),
    ],
  },
  FUNCTIONS: {
    view: "routines",
    patterns: { schema: "routine_schema", name: "routine_name" },
    fields: [
      field("functionName", "routine_name"),
      field("namespace", "routine_schema"),
      field("catalogName", "routine_catalog"),
      field("remarks", "comment"),
      // A function that returns no table, in JDBC's numbers.
      typed(
        INT,
        field("functionType", () => "1"),
      ),
      field("specificName", "specific_name"),
    ],
  },
};

/** `SHOW … IN CATALOG c` and `SHOW … IN ALL CATALOGS`: what drivers list over REST, where Thrift has calls of its own. */
export function runShowMetadata(statement: StatementOf<"show_metadata">, run: StatementRun): Outcome {
  const { view, patterns, fields } = LISTINGS[statement.what];
  const inventory = new Inventory(run.source, run.principal, catalogOf(statement, run));
  const wanted = Object.entries(patterns).map(([part, column]) => {
    const matches = likePattern(statement.patterns[part as keyof MetadataPatterns]);
    return (record: ViewRecord) => matches(record[column] ?? "");
  });
  const records = viewRecords(view, inventory).filter((record) => wanted.every((matches) => matches(record)));
  return listing(
    fields,
    records.map((record) => fields.map(({ value }) => value(record) ?? null)),
  );
}

function catalogOf({ catalog }: StatementOf<"show_metadata">, run: StatementRun): string | undefined {
  if (catalog === undefined) return undefined;
  const name = run.parts(catalog).join(".").toLowerCase();
  if (name !== "system" && run.source.catalog(run.principal, name) === undefined) throw catalogNotFound(name);
  return name;
}

const text = (...names: string[]) => names.map((name) => ({ name, type: STRING }));
const KEY_COLUMNS = [
  ...text("catalogName", "namespace", "tableName", "col_name"),
  { name: "keySeq", type: INT },
  ...text("constraintName"),
];
const FOREIGN_KEY_COLUMNS = [
  ...text("parentCatalogName", "parentNamespace", "parentTableName", "parentColName"),
  ...KEY_COLUMNS,
  ...["updateRule", "deleteRule", "deferrability"].map((name) => ({ name, type: INT })),
];
/** `NO ACTION` and `NOT DEFERRABLE` in JDBC's numbers. */
const [NO_ACTION, NOT_DEFERRABLE] = ["3", "7"];

/** `SHOW KEYS` and `SHOW FOREIGN KEYS`: the columns of a table's keys, in their order. */
export function runShowKeys(statement: StatementOf<"show_keys">, run: StatementRun): Outcome {
  const path = statement.table.flatMap((name) => run.parts(name)).map((part) => part.toLowerCase());
  const { constraints = [] } = findTable(path, run.translation, statement.at);
  const rows = constraints
    .filter(({ parent }) => (parent !== undefined) === statement.foreign)
    .flatMap(({ name, columns, parent }) =>
      columns.map((column, at) => {
        const key = [...path, column, String(at + 1), name];
        if (parent === undefined) return key;
        return [...parent.table, parent.columns[at] ?? null, ...key, NO_ACTION, NO_ACTION, NOT_DEFERRABLE];
      }),
    );
  return listing(statement.foreign ? FOREIGN_KEY_COLUMNS : KEY_COLUMNS, rows);
}
