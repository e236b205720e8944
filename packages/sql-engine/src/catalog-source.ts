/** The metadata that the engine shares with Unity Catalog's REST endpoints; the metastore itself lives elsewhere. */

export interface CatalogEntry {
  /** Never changes and is never reused: the data's file is named after it. */
  id: string;
  name: string;
  comment?: string | undefined;
  owner?: string | undefined;
  properties?: Record<string, string> | undefined;
  /** Epoch milliseconds. */
  createdAt?: number | undefined;
}

export type SchemaEntry = CatalogEntry;

export interface ColumnEntry {
  name: string;
  /** As Unity Catalog's `type_text`: `decimal(10,2)`, `array<int>`. */
  typeText: string;
  nullable: boolean;
  comment?: string | undefined;
  /** The text of its DEFAULT expression. */
  defaultText?: string | undefined;
}

export interface TableEntry extends CatalogEntry {
  tableType: "MANAGED" | "EXTERNAL" | "VIEW";
  columns: ColumnEntry[];
  viewDefinition?: string | undefined;
  /** The catalog and schema that were current when a view was made: its names are resolved there. */
  viewDefaults?: { catalog: string; schema: string } | undefined;
}

export interface VolumeEntry extends CatalogEntry {
  volumeType: "MANAGED" | "EXTERNAL";
  /** The folder that holds its files. */
  folder: string;
}

export type SecurableKind = "CATALOG" | "SCHEMA" | "TABLE" | "VOLUME";
export type Privilege = "USE" | "SELECT" | "MODIFY" | "CREATE" | "MANAGE" | "READ_VOLUME";

/** A full name: catalog, then schema, then table or volume; lower-case, as Unity Catalog keeps names. */
export type Path = readonly string[];

export type Change = Partial<{
  name: string;
  comment: string | undefined;
  owner: string;
  properties: Record<string, string>;
  columns: ColumnEntry[];
  viewDefinition: string;
}>;

/**
 * What the engine asks of the metastore. Reads answer from one consistent state and show only what the principal may
 * see; writes are refused with an `SqlError` (PERMISSION_DENIED, …_ALREADY_EXISTS, …_NOT_FOUND). A table's data is
 * made before `createTable` is called and dropped after `drop` has answered.
 */
export interface CatalogSource {
  catalogs(principal: string): CatalogEntry[];
  schemas(principal: string, catalog: string): SchemaEntry[];
  tables(principal: string, catalog: string, schema: string): TableEntry[];
  volumes(principal: string, catalog: string, schema: string): VolumeEntry[];
  /** The engine cannot call these functions; it needs their names to say so, and not to drop a schema that has some. */
  functions(principal: string, catalog: string, schema: string): CatalogEntry[];

  catalog(principal: string, name: string): CatalogEntry | undefined;
  schema(principal: string, catalog: string, name: string): SchemaEntry | undefined;
  table(principal: string, path: Path): TableEntry | undefined;
  volume(principal: string, path: Path): VolumeEntry | undefined;

  /** Throws PERMISSION_DENIED. The rights to USE what is above are included. */
  require(principal: string, privilege: Privilege, kind: SecurableKind, path: Path): void;

  createCatalog(principal: string, entry: CatalogEntry): Promise<void>;
  createSchema(principal: string, catalog: string, entry: SchemaEntry): Promise<void>;
  createTable(principal: string, catalog: string, schema: string, entry: TableEntry): Promise<void>;
  /** The metastore gives a managed volume its folder. */
  createVolume(principal: string, catalog: string, schema: string, entry: CatalogEntry): Promise<void>;
  update(principal: string, kind: SecurableKind, path: Path, change: Change): Promise<void>;
  /** Also all that is below. */
  drop(principal: string, kind: SecurableKind, path: Path): Promise<void>;
}
