import { SqlError, unsupported } from "../sql-error.ts";
import { INT, STRING, TIMESTAMP } from "../types/data-type.ts";
import { Inventory, viewRecords } from "./information-schema-rows.ts";
import { type RowsColumn, rowsQuery } from "./rows-query.ts";
import type { TranslatedQuery } from "./scope.ts";
import type { Translation } from "./translation.ts";

const AUDIT = "created:timestamp created_by last_altered:timestamp last_altered_by";
const TABLE = "table_catalog table_schema table_name";
const CONSTRAINT = "constraint_catalog constraint_schema constraint_name";

/** The columns of each view, as Databricks documents them; STRING unless another type follows the colon. */
const COLUMNS = {
  catalogs: `catalog_name catalog_owner comment ${AUDIT}`,
  schemata: `catalog_name schema_name schema_owner comment ${AUDIT}`,
  tables: `${TABLE} table_type is_insertable_into commit_action table_owner comment ${AUDIT} data_source_format storage_sub_directory storage_path`,
  views: `${TABLE} view_definition check_option is_updatable is_insertable_into sql_path is_materialized`,
  columns: `${TABLE} column_name ordinal_position:int column_default is_nullable full_data_type data_type character_maximum_length:int character_octet_length:int numeric_precision:int numeric_precision_radix:int numeric_scale:int datetime_precision:int interval_type interval_precision:int maximum_cardinality:int is_identity identity_generation identity_start identity_increment identity_maximum identity_minimum identity_cycle is_generated generation_expression is_system_time_period_start is_system_time_period_end system_time_period_timestamp_generation is_updatable partition_ordinal_position:int comment`,
  volumes: `volume_catalog volume_schema volume_name volume_type volume_owner comment storage_location ${AUDIT}`,
  routines: `specific_catalog specific_schema specific_name routine_catalog routine_schema routine_name routine_owner routine_type comment ${AUDIT}`,
  table_constraints: `${CONSTRAINT} ${TABLE} constraint_type is_deferrable initially_deferred enforced comment`,
  key_column_usage: `${CONSTRAINT} ${TABLE} column_name ordinal_position:int position_in_unique_constraint:int`,
  referential_constraints: `${CONSTRAINT} unique_constraint_catalog unique_constraint_schema unique_constraint_name match_option update_rule delete_rule`,
  constraint_table_usage: `${CONSTRAINT} ${TABLE}`,
  constraint_column_usage: `${CONSTRAINT} ${TABLE} column_name`,
  catalog_tags: "catalog_name tag_name tag_value",
  schema_tags: "catalog_name schema_name tag_name tag_value",
  table_tags: "catalog_name schema_name table_name tag_name tag_value",
  column_tags: "catalog_name schema_name table_name column_name tag_name tag_value",
  volume_tags: "catalog_name schema_name volume_name tag_name tag_value",
  column_masks:
    "table_catalog table_schema table_name column_name mask_catalog mask_schema mask_name using_columns",
  row_filters:
    "table_catalog table_schema table_name filter_catalog filter_schema filter_name target_columns",
} as const;

export type ViewName = keyof typeof COLUMNS;

const TYPES = { int: INT, timestamp: TIMESTAMP } as const;

function columnsOf(view: ViewName): RowsColumn[] {
  return COLUMNS[view].split(" ").map((text) => {
    const [name = "", type] = text.split(":");
    return { name, type: TYPES[type as keyof typeof TYPES] ?? STRING };
  });
}

/** The views of information_schema and their columns, sorted by name. */
export const INFORMATION_SCHEMA: readonly { name: string; columns: readonly RowsColumn[] }[] = Object.keys(
  COLUMNS,
)
  .toSorted()
  .map((name) => ({ name, columns: columnsOf(name as ViewName) }));

/** `<catalog>.information_schema.<view>`. The catalog `system` covers everything that the principal may see. */
export function informationSchema(
  catalog: string,
  name: string,
  translation: Translation,
  at: number,
): TranslatedQuery {
  const { source, principal } = translation.context;
  if (!Object.hasOwn(COLUMNS, name))
    throw unsupported("INFORMATION_SCHEMA", `information_schema.${name}`, translation.position(at));
  const view = name as ViewName;
  const isSystem = catalog === "system";
  if (!isSystem && source.catalog(principal, catalog) === undefined) {
    throw new SqlError(
      "CATALOG_NOT_FOUND",
      `The catalog \`${catalog}\` not found. Consider to set the SQL config "spark.sql.catalog.${catalog}" to a catalog plugin.`,
      translation.position(at),
    );
  }
  const inventory = new Inventory(source, principal, isSystem ? undefined : catalog);
  const columns = columnsOf(view);
  return rowsQuery(
    columns,
    viewRecords(view, inventory).map((record) => columns.map((column) => record[column.name] ?? null)),
  );
}
