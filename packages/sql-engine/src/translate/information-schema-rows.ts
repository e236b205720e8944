import type {
  CatalogEntry,
  CatalogSource,
  ColumnEntry,
  TableConstraint,
  TableEntry,
  VolumeEntry,
} from "../catalog-source.ts";
import { declaredTypeFromText, typeFromText } from "../syntax/type-from-text.ts";
import type { DataType } from "../types/data-type.ts";
import { typeName } from "../types/type-text.ts";
import type { ViewName } from "./information-schema.ts";

/** The texts of a row's values by column. What is missing is NULL. */
export type ViewRecord = { [column: string]: string | null | undefined };

interface InSchema<Entry> {
  catalog: string;
  schema: string;
  entry: Entry;
}

/** What a principal may see: in one catalog, or in all. */
export class Inventory {
  readonly #source: CatalogSource;
  readonly #principal: string;
  readonly #only: string | undefined;

  constructor(source: CatalogSource, principal: string, only: string | undefined) {
    this.#source = source;
    this.#principal = principal;
    this.#only = only;
  }

  catalogs(): CatalogEntry[] {
    return this.#source
      .catalogs(this.#principal)
      .filter(({ name }) => this.#only === undefined || name === this.#only);
  }

  schemas(): { catalog: string; entry: CatalogEntry }[] {
    return this.catalogs().flatMap(({ name: catalog }) =>
      this.#source.schemas(this.#principal, catalog).map((entry) => ({ catalog, entry })),
    );
  }

  tables(): InSchema<TableEntry>[] {
    return this.#each((catalog, schema) => this.#source.tables(this.#principal, catalog, schema));
  }

  volumes(): InSchema<VolumeEntry>[] {
    return this.#each((catalog, schema) => this.#source.volumes(this.#principal, catalog, schema));
  }

  functions(): InSchema<CatalogEntry>[] {
    return this.#each((catalog, schema) => this.#source.functions(this.#principal, catalog, schema));
  }

  #each<Entry>(list: (catalog: string, schema: string) => Entry[]): InSchema<Entry>[] {
    return this.schemas().flatMap(({ catalog, entry: { name: schema } }) =>
      list(catalog, schema).map((entry) => ({ catalog, schema, entry })),
    );
  }
}

const VIEW_ROWS: Partial<{ [View in ViewName]: (inventory: Inventory) => ViewRecord[] }> = {
  catalogs: (all) =>
    all.catalogs().map((one) => ({ catalog_name: one.name, catalog_owner: one.owner, ...common(one) })),
  schemata: (all) => [
    ...all.schemas().map(({ catalog, entry }) => ({
      catalog_name: catalog,
      schema_name: entry.name,
      schema_owner: entry.owner,
      ...common(entry),
    })),
    ...all.catalogs().map(({ name }) => ({
      catalog_name: name,
      schema_name: "information_schema",
      schema_owner: "System user",
      comment: "Information schema (auto-created)",
    })),
  ],
  tables: (all) =>
    all.tables().map((table) => ({
      ...nameOf(table),
      table_type: table.entry.tableType,
      is_insertable_into: table.entry.tableType === "VIEW" ? "NO" : "YES",
      commit_action: "PRESERVE",
      table_owner: table.entry.owner,
      ...common(table.entry),
      data_source_format: table.entry.tableType === "VIEW" ? null : "DELTA",
    })),
  views: (all) =>
    all
      .tables()
      .filter(({ entry }) => entry.tableType === "VIEW")
      .map((table) => ({
        ...nameOf(table),
        view_definition: table.entry.viewDefinition,
        check_option: "NONE",
        is_updatable: "NO",
        is_insertable_into: "NO",
        is_materialized: "false",
      })),
  columns: (all) =>
    all.tables().flatMap((table) => table.entry.columns.map((column, at) => columnRecord(table, column, at))),
  volumes: (all) =>
    all.volumes().map(({ catalog, schema, entry }) => ({
      volume_catalog: catalog,
      volume_schema: schema,
      volume_name: entry.name,
      volume_type: entry.volumeType,
      volume_owner: entry.owner,
      ...common(entry),
    })),
  routines: (all) =>
    all.functions().map(({ catalog, schema, entry }) => ({
      specific_catalog: catalog,
      specific_schema: schema,
      specific_name: entry.name,
      routine_catalog: catalog,
      routine_schema: schema,
      routine_name: entry.name,
      routine_owner: entry.owner,
      routine_type: "FUNCTION",
      ...common(entry),
    })),
  table_constraints: (all) =>
    constraints(all).map(({ table, constraint }) => ({
      ...constraintName(table, constraint),
      ...nameOf(table),
      constraint_type: constraint.parent === undefined ? "PRIMARY KEY" : "FOREIGN KEY",
      is_deferrable: "NO",
      initially_deferred: "NO",
      enforced: "NO",
    })),
  key_column_usage: (all) =>
    constraints(all).flatMap(({ table, constraint }) =>
      constraint.columns.map((column, at) => ({
        ...constraintName(table, constraint),
        ...nameOf(table),
        column_name: column,
        ordinal_position: String(at + 1),
        position_in_unique_constraint: constraint.parent === undefined ? null : String(at + 1),
      })),
    ),
  referential_constraints: (all) =>
    constraints(all).flatMap(({ table, constraint }) => {
      if (constraint.parent === undefined) return [];
      const [catalog, schema] = constraint.parent.table;
      return {
        ...constraintName(table, constraint),
        unique_constraint_catalog: catalog,
        unique_constraint_schema: schema,
        unique_constraint_name: parentKey(all, constraint)?.name,
        match_option: "FULL",
        update_rule: "NO ACTION",
        delete_rule: "NO ACTION",
      };
    }),
  constraint_table_usage: (all) =>
    constraints(all).map(({ table, constraint }) => ({
      ...constraintName(table, constraint),
      ...referred(table, constraint),
    })),
  constraint_column_usage: (all) =>
    constraints(all).flatMap(({ table, constraint }) =>
      (constraint.parent?.columns ?? constraint.columns).map((column) => ({
        ...constraintName(table, constraint),
        ...referred(table, constraint),
        column_name: column,
      })),
    ),
};

/** The rows of a view. Tags, masks and filters cannot be set here, so their views have none. */
export const viewRecords = (view: ViewName, inventory: Inventory): ViewRecord[] =>
  VIEW_ROWS[view]?.(inventory) ?? [];

const time = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString();

function common({ comment, createdAt, createdBy, updatedAt, updatedBy }: CatalogEntry): ViewRecord {
  return {
    comment,
    created: time(createdAt),
    created_by: createdBy,
    last_altered: time(updatedAt ?? createdAt),
    last_altered_by: updatedBy,
  };
}

const nameOf = ({ catalog, schema, entry }: InSchema<TableEntry>): ViewRecord => ({
  table_catalog: catalog,
  table_schema: schema,
  table_name: entry.name,
});

function columnRecord(table: InSchema<TableEntry>, column: ColumnEntry, at: number): ViewRecord {
  const place = table.entry.partitionColumns?.indexOf(column.name) ?? -1;
  return {
    ...nameOf(table),
    column_name: column.name,
    ordinal_position: String(at),
    column_default: column.defaultText,
    is_nullable: column.nullable ? "YES" : "NO",
    full_data_type: column.typeText,
    data_type: typeName(typeFromText(column.typeText)),
    ...sizes(declaredTypeFromText(column.typeText)),
    is_identity: "NO",
    is_generated: "NO",
    is_system_time_period_start: "NO",
    is_system_time_period_end: "NO",
    is_updatable: "YES",
    partition_ordinal_position: place === -1 ? null : String(place + 1),
    comment: column.comment,
  };
}

const BITS: Partial<{ [Kind in DataType["kind"]]: [precision: number, radix: number] }> = {
  tinyint: [3, 10],
  smallint: [5, 10],
  int: [10, 10],
  bigint: [19, 10],
  float: [24, 2],
  double: [53, 2],
};

function sizes(type: DataType): ViewRecord {
  if (type.kind === "string")
    return { character_maximum_length: String(type.length ?? 0), character_octet_length: "0" };
  if (type.kind === "date") return { datetime_precision: "0" };
  if (type.kind === "timestamp" || type.kind === "timestamp_ntz") return { datetime_precision: "6" };
  const [precision, radix] = type.kind === "decimal" ? [type.precision, 10] : (BITS[type.kind] ?? []);
  if (precision === undefined) return {};
  const scale = type.kind === "decimal" ? type.scale : 0;
  return {
    numeric_precision: String(precision),
    numeric_precision_radix: String(radix),
    numeric_scale: radix === 10 ? String(scale) : null,
  };
}

function constraints(all: Inventory): { table: InSchema<TableEntry>; constraint: TableConstraint }[] {
  return all
    .tables()
    .flatMap((table) => (table.entry.constraints ?? []).map((constraint) => ({ table, constraint })));
}

const constraintName = (
  { catalog, schema }: InSchema<TableEntry>,
  { name }: TableConstraint,
): ViewRecord => ({
  constraint_catalog: catalog,
  constraint_schema: schema,
  constraint_name: name,
});

/** The table that a key is about: the parent of a foreign key. */
function referred(table: InSchema<TableEntry>, { parent }: TableConstraint): ViewRecord {
  if (parent === undefined) return nameOf(table);
  const [catalog, schema, name] = parent.table;
  return { table_catalog: catalog, table_schema: schema, table_name: name };
}

/** Undefined if the parent is in a catalog that the view does not cover. */
function parentKey(all: Inventory, { parent }: TableConstraint): TableConstraint | undefined {
  const found = constraints(all).find(
    ({ table: { catalog, schema, entry }, constraint }) =>
      constraint.parent === undefined && [catalog, schema, entry.name].join(".") === parent?.table.join("."),
  );
  return found?.constraint;
}
