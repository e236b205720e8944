import type { CatalogEntry, CatalogSource } from "../catalog-source.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { typeFromText } from "../syntax/type-from-text.ts";
import { INT, STRING, TIMESTAMP } from "../types/data-type.ts";
import { typeName } from "../types/type-text.ts";
import { type Row, type RowsColumn, rowsQuery } from "./rows-query.ts";
import type { TranslatedQuery } from "./scope.ts";
import type { Translation } from "./translation.ts";

type Read = (source: CatalogSource, principal: string, catalogs: string[]) => Row[];

interface View {
  columns: RowsColumn[];
  rows: Read;
}

const text = (...names: string[]): RowsColumn[] => names.map((name) => ({ name, type: STRING }));
const times: RowsColumn[] = [{ name: "created", type: TIMESTAMP }];
const created = (entry: CatalogEntry) =>
  entry.createdAt === undefined ? null : new Date(entry.createdAt).toISOString();

const VIEWS: Record<string, View> = {
  catalogs: {
    columns: [...text("catalog_name", "catalog_owner", "comment"), ...times],
    rows: (source, principal, catalogs) =>
      source
        .catalogs(principal)
        .filter((one) => catalogs.includes(one.name))
        .map((one) => [one.name, one.owner ?? null, one.comment ?? null, created(one)]),
  },
  schemata: {
    columns: [...text("catalog_name", "schema_name", "schema_owner", "comment"), ...times],
    rows: (source, principal, catalogs) =>
      catalogs.flatMap((catalog) =>
        source
          .schemas(principal, catalog)
          .map((one) => [catalog, one.name, one.owner ?? null, one.comment ?? null, created(one)]),
      ),
  },
  tables: {
    columns: [
      ...text(
        "table_catalog",
        "table_schema",
        "table_name",
        "table_type",
        "table_owner",
        "comment",
        "data_source_format",
      ),
      ...times,
    ],
    rows: (source, principal, catalogs) =>
      eachTable(source, principal, catalogs).map(({ catalog, schema, table }) => [
        catalog,
        schema,
        table.name,
        table.tableType,
        table.owner ?? null,
        table.comment ?? null,
        table.tableType === "VIEW" ? null : "DELTA",
        created(table),
      ]),
  },
  views: {
    columns: text("table_catalog", "table_schema", "table_name", "view_definition"),
    rows: (source, principal, catalogs) =>
      eachTable(source, principal, catalogs)
        .filter(({ table }) => table.tableType === "VIEW")
        .map(({ catalog, schema, table }) => [catalog, schema, table.name, table.viewDefinition ?? null]),
  },
  columns: {
    columns: [
      ...text("table_catalog", "table_schema", "table_name", "column_name"),
      { name: "ordinal_position", type: INT },
      ...text("column_default", "is_nullable", "full_data_type", "data_type", "comment"),
    ],
    rows: (source, principal, catalogs) =>
      eachTable(source, principal, catalogs).flatMap(({ catalog, schema, table }) =>
        table.columns.map(
          (column, i): Row => [
            catalog,
            schema,
            table.name,
            column.name,
            String(i),
            column.defaultText ?? null,
            column.nullable ? "YES" : "NO",
            column.typeText,
            typeName(typeFromText(column.typeText)),
            column.comment ?? null,
          ],
        ),
      ),
  },
  volumes: {
    columns: [
      ...text("volume_catalog", "volume_schema", "volume_name", "volume_type", "volume_owner", "comment"),
      ...times,
    ],
    rows: (source, principal, catalogs) =>
      catalogs.flatMap((catalog) =>
        source
          .schemas(principal, catalog)
          .flatMap((schema) =>
            source
              .volumes(principal, catalog, schema.name)
              .map(
                (one): Row => [
                  catalog,
                  schema.name,
                  one.name,
                  one.volumeType,
                  one.owner ?? null,
                  one.comment ?? null,
                  created(one),
                ],
              ),
          ),
      ),
  },
};

function eachTable(source: CatalogSource, principal: string, catalogs: string[]) {
  return catalogs.flatMap((catalog) =>
    source
      .schemas(principal, catalog)
      .flatMap((schema) =>
        source
          .tables(principal, catalog, schema.name)
          .map((table) => ({ catalog, schema: schema.name, table })),
      ),
  );
}

/** `<catalog>.information_schema.<view>`. The catalog `system` covers everything that the principal may see. */
export function informationSchema(
  catalog: string,
  name: string,
  translation: Translation,
  at: number,
): TranslatedQuery {
  const { source, principal } = translation.context;
  const view = VIEWS[name];
  if (view === undefined)
    throw unsupported("INFORMATION_SCHEMA", `information_schema.${name}`, translation.position(at));
  const isSystem = catalog === "system";
  if (!isSystem && source.catalog(principal, catalog) === undefined) {
    throw new SqlError(
      "CATALOG_NOT_FOUND",
      `The catalog \`${catalog}\` not found. Consider to set the SQL config "spark.sql.catalog.${catalog}" to a catalog plugin.`,
      translation.position(at),
    );
  }
  const catalogs = isSystem ? source.catalogs(principal).map((one) => one.name) : [catalog];
  return rowsQuery(view.columns, view.rows(source, principal, catalogs));
}
