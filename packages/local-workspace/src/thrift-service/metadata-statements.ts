import type { StatementText } from "../sql/statement.ts";
import type { MetadataRequest } from "../thrift/tcli-structs.ts";

type Names = Omit<MetadataRequest, "sessionHandle" | "getDirectResults" | "runAsync">;

/** java.sql.Types of each type name of Unity Catalog. Anything else is OTHER. */
const SQL_TYPES = `CASE data_type WHEN 'BOOLEAN' THEN 16 WHEN 'BYTE' THEN -6 WHEN 'SHORT' THEN 5 WHEN 'INT' THEN 4
  WHEN 'LONG' THEN -5 WHEN 'FLOAT' THEN 6 WHEN 'DOUBLE' THEN 8 WHEN 'DECIMAL' THEN 3 WHEN 'STRING' THEN 12
  WHEN 'DATE' THEN 91 WHEN 'TIMESTAMP' THEN 93 WHEN 'TIMESTAMP_NTZ' THEN 93 WHEN 'BINARY' THEN -2 WHEN 'ARRAY' THEN 2003
  WHEN 'STRUCT' THEN 2002 WHEN 'MAP' THEN 2000 ELSE 1111 END`;

/** The bytes or digits of a value, as Spark's Thrift server counts them. NULL if there is no limit. */
const COLUMN_SIZES = `CASE data_type WHEN 'BOOLEAN' THEN 1 WHEN 'BYTE' THEN 1 WHEN 'SHORT' THEN 2 WHEN 'INT' THEN 4
  WHEN 'LONG' THEN 8 WHEN 'FLOAT' THEN 4 WHEN 'DOUBLE' THEN 8 WHEN 'DECIMAL' THEN numeric_precision WHEN 'DATE' THEN 4
  WHEN 'TIMESTAMP' THEN 8 WHEN 'TIMESTAMP_NTZ' THEN 8 END`;

/** The name, java.sql.Types, digits and radix of each type. */
const TYPE_INFO = `('VOID', 0, NULL, NULL), ('BOOLEAN', 16, NULL, NULL), ('TINYINT', -6, 3, 10), ('SMALLINT', 5, 5, 10),
  ('INT', 4, 10, 10), ('BIGINT', -5, 19, 10), ('FLOAT', 6, 7, 10), ('DOUBLE', 8, 15, 10), ('DECIMAL', 3, 38, 10),
  ('STRING', 12, NULL, NULL), ('BINARY', -2, NULL, NULL), ('DATE', 91, NULL, NULL), ('TIMESTAMP', 93, NULL, NULL),
  ('TIMESTAMP_NTZ', 93, NULL, NULL), ('ARRAY', 2003, NULL, NULL), ('MAP', 2000, NULL, NULL), ('STRUCT', 2002, NULL, NULL)`;

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
  GetFunctions: (names) => ({
    sql: `SELECT routine_catalog AS FUNCTION_CAT, routine_schema AS FUNCTION_SCHEM, routine_name AS FUNCTION_NAME,
        coalesce(comment, '') AS REMARKS, 1 AS FUNCTION_TYPE, specific_name AS SPECIFIC_NAME
      FROM system.information_schema.routines
      WHERE routine_catalog LIKE :catalog AND routine_schema LIKE :schema AND routine_name LIKE :function
      ORDER BY 1, 2, 3`,
    parameters: patterns(names, "catalog", "schema", "function"),
  }),
  GetPrimaryKeys: (names) => ({
    sql: `SELECT table_catalog AS TABLE_CAT, table_schema AS TABLE_SCHEM, table_name AS TABLE_NAME,
        column_name AS COLUMN_NAME, ordinal_position AS KEY_SEQ, constraint_name AS PK_NAME
      FROM system.information_schema.key_column_usage
      WHERE position_in_unique_constraint IS NULL
        AND table_catalog = :catalog AND table_schema = :schema AND table_name = :table
      ORDER BY 5`,
    parameters: {
      catalog: name(names.catalogName),
      schema: name(names.schemaName),
      table: name(names.tableName),
    },
  }),
  GetCrossReference: (names) => ({
    sql: `SELECT parent.table_catalog AS PKTABLE_CAT, parent.table_schema AS PKTABLE_SCHEM, parent.table_name AS PKTABLE_NAME,
        parent.column_name AS PKCOLUMN_NAME, child.table_catalog AS FKTABLE_CAT, child.table_schema AS FKTABLE_SCHEM,
        child.table_name AS FKTABLE_NAME, child.column_name AS FKCOLUMN_NAME, child.ordinal_position AS KEY_SEQ,
        3 AS UPDATE_RULE, 3 AS DELETE_RULE, child.constraint_name AS FK_NAME, parent.constraint_name AS PK_NAME,
        7 AS DEFERRABILITY
      FROM system.information_schema.referential_constraints AS link
      JOIN system.information_schema.key_column_usage AS child
        ON child.constraint_catalog = link.constraint_catalog AND child.constraint_schema = link.constraint_schema
        AND child.constraint_name = link.constraint_name
      JOIN system.information_schema.key_column_usage AS parent
        ON parent.constraint_catalog = link.unique_constraint_catalog
        AND parent.constraint_schema = link.unique_constraint_schema
        AND parent.constraint_name = link.unique_constraint_name
        AND parent.ordinal_position = child.position_in_unique_constraint
      WHERE (:parentCatalog = '' OR parent.table_catalog = :parentCatalog)
        AND (:parentSchema = '' OR parent.table_schema = :parentSchema)
        AND (:parentTable = '' OR parent.table_name = :parentTable)
        AND (:foreignCatalog = '' OR child.table_catalog = :foreignCatalog)
        AND (:foreignSchema = '' OR child.table_schema = :foreignSchema)
        AND (:foreignTable = '' OR child.table_name = :foreignTable)
      ORDER BY 5, 6, 7, 12, 9`,
    parameters: {
      parentCatalog: name(names.parentCatalogName),
      parentSchema: name(names.parentSchemaName),
      parentTable: name(names.parentTableName),
      foreignCatalog: name(names.foreignCatalogName),
      foreignSchema: name(names.foreignSchemaName),
      foreignTable: name(names.foreignTableName),
    },
  }),
  GetTypeInfo: () => ({
    sql: `SELECT name AS TYPE_NAME, type AS DATA_TYPE, precision AS PRECISION, CAST(NULL AS STRING) AS LITERAL_PREFIX,
        CAST(NULL AS STRING) AS LITERAL_SUFFIX, CAST(NULL AS STRING) AS CREATE_PARAMS, 1S AS NULLABLE,
        name = 'STRING' AS CASE_SENSITIVE, IF(type IN (2000, 2002, 2003), 0S, 3S) AS SEARCHABLE,
        radix IS NULL AS UNSIGNED_ATTRIBUTE, false AS FIXED_PREC_SCALE, false AS AUTO_INCREMENT,
        CAST(NULL AS STRING) AS LOCAL_TYPE_NAME, 0S AS MINIMUM_SCALE, CAST(IF(name = 'DECIMAL', 38, 0) AS SMALLINT) AS MAXIMUM_SCALE,
        CAST(NULL AS INT) AS SQL_DATA_TYPE, CAST(NULL AS INT) AS SQL_DATETIME_SUB, radix AS NUM_PREC_RADIX
      FROM VALUES ${TYPE_INFO} AS t(name, type, precision, radix) ORDER BY 2, 1`,
  }),
  GetTableTypes: () => ({ sql: "SELECT * FROM VALUES ('TABLE'), ('VIEW') AS t(TABLE_TYPE)" }),
} satisfies Record<string, (names: Names) => StatementText>;

/** An absent or empty pattern matches anything. */
function patterns(names: Names, ...kinds: ("catalog" | "schema" | "table" | "column" | "function")[]) {
  return Object.fromEntries(kinds.map((kind) => [kind, text(names[`${kind}Name`] || "%")]));
}

/** Names of keys are exact, and Unity Catalog keeps them in lower case. */
function name(value = "") {
  return text(value.toLowerCase());
}

function text(value: string) {
  return { type: "STRING", value };
}
