import type { StatementText } from "../sql/statement.ts";
import type { MetadataRequest } from "../thrift/tcli-structs.ts";

type Names = Pick<MetadataRequest, "catalogName" | "schemaName" | "tableName" | "tableTypes">;

/** Thrift's metadata calls as SQL statements, with the columns that JDBC defines. */
export const metadataStatements = {
  GetCatalogs: () => ({
    sql: "SELECT catalog_name AS TABLE_CAT FROM system.information_schema.catalogs ORDER BY 1",
  }),
  GetSchemas: (names) => ({
    sql: `SELECT schema_name AS TABLE_SCHEM, catalog_name AS TABLE_CATALOG FROM system.information_schema.schemata
      WHERE catalog_name LIKE :catalog AND schema_name LIKE :schema ORDER BY 2, 1`,
    parameters: patterns(names, "catalog", "schema"),
  }),
  GetTables: (names) => ({
    sql: `SELECT table_catalog AS TABLE_CAT, table_schema AS TABLE_SCHEM, table_name AS TABLE_NAME, kind AS TABLE_TYPE,
        coalesce(comment, '') AS REMARKS, CAST(NULL AS STRING) AS TYPE_CAT, CAST(NULL AS STRING) AS TYPE_SCHEM,
        CAST(NULL AS STRING) AS TYPE_NAME, CAST(NULL AS STRING) AS SELF_REFERENCING_COL_NAME,
        CAST(NULL AS STRING) AS REF_GENERATION
      FROM (SELECT *, CASE WHEN table_type = 'VIEW' THEN 'VIEW' ELSE 'TABLE' END AS kind
        FROM system.information_schema.tables) AS t
      WHERE table_catalog LIKE :catalog AND table_schema LIKE :schema AND table_name LIKE :table
        AND (:types = '' OR contains(:types, concat('|', kind, '|')))
      ORDER BY 4, 1, 2, 3`,
    parameters: {
      ...patterns(names, "catalog", "schema", "table"),
      types: text(
        names.tableTypes === undefined || names.tableTypes.length === 0
          ? ""
          : `|${names.tableTypes.join("|")}|`,
      ),
    },
  }),
  GetTableTypes: () => ({ sql: "SELECT * FROM VALUES ('TABLE'), ('VIEW') AS t(TABLE_TYPE)" }),
} satisfies Record<string, (names: Names) => StatementText>;

/** An absent or empty pattern matches anything. */
function patterns(names: Names, ...kinds: ("catalog" | "schema" | "table")[]) {
  return Object.fromEntries(kinds.map((kind) => [kind, text(names[`${kind}Name`] || "%")]));
}

function text(value: string) {
  return { type: "STRING", value };
}
