import type { TableEntry } from "../catalog-source.ts";
import { quoteName } from "../duckdb/quote.ts";
import { modeOf, withMode } from "../session-mode.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import type { Name } from "../syntax/expression-ast.ts";
import { parseQueryText } from "../syntax/statement-parser.ts";
import { constantText } from "./constant.ts";
import { informationSchema } from "./information-schema.ts";
import { columnName, type TranslatedQuery } from "./scope.ts";
import { tableColumns } from "./table-columns.ts";
import type { Translation } from "./translation.ts";

const FILE_FORMATS = new Set(["csv", "json", "parquet", "text", "avro", "orc", "delta", "binaryfile"]);

/** Resolves a name in FROM: a WITH query, a temporary view, a table, a view or a part of information_schema. */
export function namedTable(name: Name, translation: Translation): { query: TranslatedQuery; path: string[] } {
  const parts = translation.nameParts(name, (one) => constantText(one, translation));
  const [first = "", second = ""] = parts;
  if (parts.length === 1) {
    const cte = translation.cte(first);
    if (cte !== undefined)
      return { query: { sql: `SELECT * FROM ${cte.name}`, columns: cte.query.columns }, path: [first] };
    const temporary = translation.context.temporaryViews.get(first.toLowerCase());
    if (temporary !== undefined)
      return {
        query: withMode(temporary.mode, () =>
          viewQuery(first, temporary.text, temporary.columns, temporary.defaults, translation, {
            isTemporary: true,
          }),
        ),
        path: [first],
      };
  }
  if (parts.length === 2 && FILE_FORMATS.has(first.toLowerCase()) && second.includes("/")) {
    throw unsupported(
      "DIRECT_FILE_QUERY",
      "a query of files by their path; use read_files",
      translation.position(name.at),
    );
  }
  const path = fullPath(parts, translation, name.at);
  const [catalog = "", schema = "", table = ""] = path;
  if (schema === "information_schema") {
    return { query: informationSchema(catalog, table, translation, name.at), path };
  }
  const entry = findTable(path, translation, name.at);
  translation.context.onRead(path);
  return { query: tableQuery(path, entry, translation), path };
}

/** The name in lower case, completed with the current catalog and schema. */
export function fullPath(parts: string[], translation: Translation, at: number): string[] {
  const { catalog, schema } = translation.context;
  if (parts.length > 3)
    throw new SqlError(
      "INVALID_IDENTIFIER",
      `The name ${parts.join(".")} has too many parts.`,
      translation.position(at),
    );
  return [catalog, schema, ""]
    .slice(0, 3 - parts.length)
    .concat(parts)
    .map((part) => part.toLowerCase());
}

export function findTable(path: readonly string[], translation: Translation, at: number): TableEntry {
  const { source, principal } = translation.context;
  const entry = source.table(principal, path);
  if (entry !== undefined) return entry;
  const shown = path.map((part) => `\`${part}\``).join(".");
  const text = `The table or view ${shown} cannot be found. Verify the spelling and correctness of the schema and catalog. If you did not qualify the name with a schema, verify the current_schema() output, or qualify the name with the correct schema and catalog. To tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS.`;
  throw new SqlError("TABLE_OR_VIEW_NOT_FOUND", text, translation.position(at));
}

function tableQuery(path: readonly string[], entry: TableEntry, translation: Translation): TranslatedQuery {
  translation.context.source.require(translation.context.principal, "SELECT", "TABLE", path);
  if (entry.tableType === "VIEW") {
    const defaults = entry.viewDefaults ?? { catalog: path[0] ?? "", schema: path[1] ?? "" };
    return withMode(
      modeOf(new Map(Object.entries(entry.viewSettings ?? {})), translation.context.regions),
      () =>
        viewQuery(
          path.join("."),
          entry.viewDefinition ?? "",
          entry.columns.map((column) => column.name),
          defaults,
          translation,
        ),
    );
  }
  const columns = tableColumns(entry);
  const items = columns.map((column, i) => `${quoteName(column.name)} AS ${columnName(i)}`).join(", ");
  return { sql: `SELECT ${items} FROM ${translation.context.dataOf(path, entry)}`, columns };
}

function viewQuery(
  name: string,
  text: string,
  names: string[],
  defaults: { catalog: string; schema: string },
  translation: Translation,
  { isTemporary = false } = {},
): TranslatedQuery {
  const inner = translation.forView(name, text, defaults, { isTemporary });
  const query = inner.query(parseQueryText(text));
  if (names.length === 0) return query;
  if (names.length !== query.columns.length) {
    throw new SqlError(
      "VIEW_COLUMN_MISMATCH",
      `The view ${name} has ${names.length} columns, but its query has ${query.columns.length}. Create the view again.`,
    );
  }
  return {
    ...query,
    columns: query.columns.map((column, i) => ({ ...column, name: names[i] ?? column.name })),
  };
}
