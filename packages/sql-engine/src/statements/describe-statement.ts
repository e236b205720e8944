import type { CatalogEntry, ColumnEntry } from "../catalog-source.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { listing, type Outcome, type StatementRun } from "../statement-run.ts";
import type { StatementOf } from "../syntax/statement-ast.ts";
import { parseQueryText } from "../syntax/statement-parser.ts";
import { INFORMATION_SCHEMA } from "../translate/information-schema.ts";
import { findTable } from "../translate/named-table.ts";
import type { Row } from "../translate/rows-query.ts";
import { forOutput } from "../translate/translate-query.ts";
import { STRING } from "../types/data-type.ts";
import { typeText } from "../types/type-text.ts";
import { findObject } from "./alter-statement.ts";
import { detailRows, layoutRows } from "./table-details.ts";
import { tableJson } from "./table-json.ts";

const text = (...names: string[]) => names.map((name) => ({ name, type: STRING }));
const COLUMNS = text("col_name", "data_type", "comment");

export function runDescribeQuery(statement: StatementOf<"describe_query">, run: StatementRun): Outcome {
  const query = run.translation.query(statement.query);
  return listing(
    COLUMNS,
    query.columns.map((column) => [column.name, typeText(column.type), null]),
  );
}

export function runDescribe(statement: StatementOf<"describe">, run: StatementRun): Outcome {
  if (statement.object === "TABLE") return describeTable(statement, run);
  const { path, kind } = findObject(statement.object, statement.name, run);
  const { source, principal } = run;
  if (kind === "VOLUME") {
    const volume = source.volume(principal, path);
    const columns = text("name", "catalog", "database", "owner", "volumeType", "comment");
    return listing(columns, [
      [
        path[2] ?? "",
        path[0] ?? "",
        path[1] ?? "",
        volume?.owner ?? null,
        volume?.volumeType ?? null,
        volume?.comment ?? null,
      ],
    ]);
  }
  const entry =
    kind === "CATALOG"
      ? source.catalog(principal, path[0] ?? "")
      : source.schema(principal, path[0] ?? "", path[1] ?? "");
  const names =
    kind === "CATALOG"
      ? (["info_name", "info_value"] as const)
      : (["database_description_item", "database_description_value"] as const);
  return listing(
    text(...names),
    facts(kind === "CATALOG" ? "Catalog Name" : "Namespace Name", path, entry, kind === "SCHEMA"),
  );
}

function facts(
  title: string,
  path: readonly string[],
  entry: CatalogEntry | undefined,
  inCatalog: boolean,
): Row[] {
  const rows: Row[] = inCatalog ? [["Catalog Name", path[0] ?? ""]] : [];
  rows.push([title, path.at(-1) ?? ""], ["Comment", entry?.comment ?? ""], ["Owner", entry?.owner ?? ""]);
  return rows;
}

function describeTable(statement: StatementOf<"describe">, run: StatementRun): Outcome {
  const parts = run.parts(statement.name);
  const temporary =
    parts.length === 1 ? run.state.temporaryViews.get(parts[0]?.toLowerCase() ?? "") : undefined;
  if (temporary !== undefined) {
    if (statement.asJson) throw unsupported("DESCRIBE_AS_JSON", "DESCRIBE … AS JSON of a temporary view");
    const query = forOutput(
      run.translation
        .forView(parts[0] ?? "", temporary.text, temporary.defaults)
        .query(parseQueryText(temporary.text)),
    );
    return listing(
      COLUMNS,
      query.columns.map((column, i) => [temporary.columns[i] ?? column.name, typeText(column.type), null]),
    );
  }
  const path = run.path(statement.name);
  const view =
    path[1] === "information_schema" ? INFORMATION_SCHEMA.find(({ name }) => name === path[2]) : undefined;
  if (view !== undefined && statement.column === undefined && !statement.asJson)
    return listing(
      COLUMNS,
      view.columns.map(({ name, type }) => [name, typeText(type), null]),
    );
  const entry = findTable(path, run.translation, statement.name.at);
  if (statement.column !== undefined) return describeColumn(entry.columns, statement.column.at(-1) ?? "");
  if (statement.asJson) return listing(text("json_metadata"), [[tableJson(path, entry)]]);
  const rows: Row[] = entry.columns.map((column) => [column.name, column.typeText, column.comment ?? null]);
  rows.push(...layoutRows(entry));
  return listing(COLUMNS, statement.extended ? [...rows, ...detailRows(path, entry)] : rows);
}

function describeColumn(columns: ColumnEntry[], name: string): Outcome {
  const column = columns.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (column === undefined)
    throw new SqlError(
      "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
      `A column with name \`${name}\` cannot be resolved.`,
    );
  return listing(text("info_name", "info_value"), [
    ["col_name", column.name],
    ["data_type", column.typeText],
    ["comment", column.comment ?? "NULL"],
  ]);
}
