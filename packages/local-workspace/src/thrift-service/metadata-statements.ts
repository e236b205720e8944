import type { StatementText } from "../sql/statement.ts";
import type { MetadataRequest } from "../thrift/tcli-structs.ts";

type Names = Pick<MetadataRequest, "catalogName" | "schemaName" | "tableName" | "tableTypes" | "columnName">;

/** java.sql.Types of each type name of Unity Catalog. Anything else is OTHER. */
const SQL_TYPES = `CASE data_type WHEN 'BOOLEAN' THEN 16 WHEN 'BYTE' THEN -6 WHEN 'SHORT' THEN 5 WHEN 'INT' THEN 4
  WHEN 'LONG' THEN -5 WHEN 'FLOAT' THEN 6 WHEN 'DOUBLE' THEN 8 WHEN 'DECIMAL' THEN 3 WHEN 'STRING' THEN 12
  WHEN 'DATE' THEN 91 WHEN 'TIMESTAMP' THEN 93 WHEN 'TIMESTAMP_NTZ' THEN 93 WHEN 'BINARY' THEN -2 WHEN 'ARRAY' THEN 2003
  WHEN 'STRUCT' THEN 2002 WHEN 'MAP' THEN 2000 ELSE 1111 END`;

/** The bytes or digits of a value, as Spark's Thrift server counts them. NULL if there is no limit. */
const COLUMN_SIZES = `CASE data_type WHEN 'BOOLEAN' THEN 1 WHEN 'BYTE' THEN 1 WHEN 'SHORT' THEN 2 WHEN 'INT' THEN 4
  WHEN 'LONG' THEN 8 WHEN 'FLOAT' THEN 4 WHEN 'DOUBLE' THEN 8 WHEN 'DECIMAL' THEN numeric_precision WHEN 'DATE' THEN 4
  WHEN 'TIMESTAMP' THEN 8 WHEN 'TIMESTAMP_NTZ' THEN 8 END`;

/** Thrift's metadata calls as SQL statements, with the columns that JDBC defines. */
export const metadataStatements = {
  GetCatalogs: () => ({
    // Every workspace has the catalog system, which only SQL can read.
    sql: `SELECT catalog_name AS TABLE_CAT FROM system.information_schema.catalogs
      UNION ALL SELECT 'system' ORDER BY 1`,
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
  GetColumns: (names) => ({
    sql: `SELECT table_catalog AS TABLE_CAT, table_schema AS TABLE_SCHEM, table_name AS TABLE_NAME,
        column_name AS COLUMN_NAME, ${SQL_TYPES} AS DATA_TYPE, upper(full_data_type) AS TYPE_NAME,
        ${COLUMN_SIZES} AS COLUMN_SIZE, CAST(NULL AS TINYINT) AS BUFFER_LENGTH, numeric_scale AS DECIMAL_DIGITS,
        CASE WHEN numeric_precision IS NOT NULL THEN 10 END AS NUM_PREC_RADIX,
        CASE WHEN is_nullable = 'YES' THEN 1 ELSE 0 END AS NULLABLE, coalesce(comment, '') AS REMARKS,
        column_default AS COLUMN_DEF, CAST(NULL AS INT) AS SQL_DATA_TYPE, CAST(NULL AS INT) AS SQL_DATETIME_SUB,
        CAST(NULL AS INT) AS CHAR_OCTET_LENGTH, ordinal_position AS ORDINAL_POSITION, is_nullable AS IS_NULLABLE,
        CAST(NULL AS STRING) AS SCOPE_CATALOG, CAST(NULL AS STRING) AS SCOPE_SCHEMA, CAST(NULL AS STRING) AS SCOPE_TABLE,
        CAST(NULL AS SMALLINT) AS SOURCE_DATA_TYPE, 'NO' AS IS_AUTO_INCREMENT
      FROM system.information_schema.columns
      WHERE table_catalog LIKE :catalog AND table_schema LIKE :schema AND table_name LIKE :table
        AND column_name LIKE :column
      ORDER BY 1, 2, 3, 17`,
    parameters: patterns(names, "catalog", "schema", "table", "column"),
  }),
  GetTableTypes: () => ({ sql: "SELECT * FROM VALUES ('TABLE'), ('VIEW') AS t(TABLE_TYPE)" }),
} satisfies Record<string, (names: Names) => StatementText>;

/** An absent or empty pattern matches anything. */
function patterns(names: Names, ...kinds: ("catalog" | "schema" | "table" | "column")[]) {
  return Object.fromEntries(kinds.map((kind) => [kind, text(names[`${kind}Name`] || "%")]));
}

function text(value: string) {
  return { type: "STRING", value };
}
