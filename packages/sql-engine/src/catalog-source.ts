// The metadata of catalogs, schemas, tables and volumes. Whoever embeds the engine stores it.

export interface CatalogEntry {
  /** Never changes and is never reused, since the files with the data are named after it. */
  id: string;
  name: string;
  comment?: string | undefined;
  owner?: string | undefined;
  properties?: Record<string, string> | undefined;
  /** Epoch milliseconds. */
  createdAt?: number | undefined;
  createdBy?: string | undefined;
  updatedAt?: number | undefined;
  updatedBy?: string | undefined;
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

/** A key, which Databricks keeps and shows but does not enforce. */
export interface TableConstraint {
  name: string;
  columns: string[];
  /** Whether the optimizer may rely on it. */
  rely?: boolean | undefined;
  /** What a FOREIGN KEY refers to. A constraint without it is a PRIMARY KEY. */
  parent?: { table: Path; columns: string[] } | undefined;
}

export interface TableEntry extends CatalogEntry {
  tableType: "MANAGED" | "EXTERNAL" | "VIEW";
  columns: ColumnEntry[];
  constraints?: TableConstraint[] | undefined;
  /** PARTITIONED BY and CLUSTER BY place the rows of a table in its files, and change no result. */
  partitionColumns?: string[] | undefined;
  clusterColumns?: string[] | undefined;
  viewDefinition?: string | undefined;
  /** The catalog and schema that were current when the view was created. Its names are resolved there. */
  viewDefaults?: { catalog: string; schema: string } | undefined;
  /** Its session's ANSI_MODE and TIMEZONE then, as Spark keeps them; those that had their defaults are absent. */
  viewSettings?: Record<string, string> | undefined;
}

export interface VolumeEntry extends CatalogEntry {
  volumeType: "MANAGED" | "EXTERNAL";
  /** The folder that holds its files. */
  folder: string;
}

export type SecurableKind = "CATALOG" | "SCHEMA" | "TABLE" | "VOLUME";
export type Privilege = "USE" | "SELECT" | "MODIFY" | "CREATE" | "MANAGE" | "READ_VOLUME";

/** A full name in parts: catalog, schema, table or volume. In lower case, as Unity Catalog keeps names. */
export type Path = readonly string[];

export type Change = Partial<{
  name: string;
  comment: string | undefined;
  owner: string;
  properties: Record<string, string>;
  columns: ColumnEntry[];
  constraints: TableConstraint[];
  clusterColumns: string[];
  viewDefinition: string;
  viewSettings: Record<string, string>;
}>;

/** A privilege on an object, in SQL's words: `USE CATALOG`. */
export interface GrantEntry {
  principal: string;
  privilege: string;
  kind: SecurableKind;
  path: Path;
}

/**
 * What the engine needs of a metastore. Reads come from one consistent state and return only what the principal may see.
 * Writes throw an `SqlError` (PERMISSION_DENIED, …_ALREADY_EXISTS, …_NOT_FOUND) if they are refused. A table's data is
 * created before the call of `createTable`, and deleted after `drop` has resolved.
 */
/** What the client of a statement does with a file of a volume. */
export interface FileTransfer {
  operation: "PUT" | "GET" | "REMOVE";
  /** `/Volumes/…` */
  path: string;
  /** Whether a PUT may replace a file. */
  overwrite: boolean;
}

export interface FileEntry {
  path: string;
  name: string;
  size: number;
  /** Epoch milliseconds. */
  modifiedMs: number;
}

export interface CatalogSource {
  catalogs(principal: string): CatalogEntry[];
  schemas(principal: string, catalog: string): SchemaEntry[];
  tables(principal: string, catalog: string, schema: string): TableEntry[];
  volumes(principal: string, catalog: string, schema: string): VolumeEntry[];
  /** The engine cannot call functions. It refuses calls by name, and refuses to drop a schema that contains one. */
  functions(principal: string, catalog: string, schema: string): CatalogEntry[];

  catalog(principal: string, name: string): CatalogEntry | undefined;
  schema(principal: string, catalog: string, name: string): SchemaEntry | undefined;
  table(principal: string, path: Path): TableEntry | undefined;
  volume(principal: string, path: Path): VolumeEntry | undefined;

  /** Throws PERMISSION_DENIED unless the principal has the privilege, and USE on everything above. */
  require(principal: string, privilege: Privilege, kind: SecurableKind, path: Path): void;

  /** The grants on the securable and above it. */
  grants(principal: string, kind: SecurableKind, path: Path): GrantEntry[];
  /** Throws if the metastore does not know the grantee, or if a privilege does not apply. */
  changeGrants(
    principal: string,
    kind: SecurableKind,
    path: Path,
    change: { principal: string; add: readonly string[]; remove: readonly string[] },
  ): Promise<void>;

  createCatalog(principal: string, entry: CatalogEntry): Promise<void>;
  createSchema(principal: string, catalog: string, entry: SchemaEntry): Promise<void>;
  createTable(principal: string, catalog: string, schema: string, entry: TableEntry): Promise<void>;
  /** The metastore chooses the folder of a managed volume. */
  createVolume(principal: string, catalog: string, schema: string, entry: CatalogEntry): Promise<void>;
  update(principal: string, kind: SecurableKind, path: Path, change: Change): Promise<void>;
  /** Keeps from which tables and views a statement has written rows into a table, or made a view. */
  noteLineage?(principal: string, target: Path, sources: readonly Path[]): Promise<void>;
  /** Drops everything below, too. */
  drop(principal: string, kind: SecurableKind, path: Path): Promise<void>;

  /** The URL by which the client moves the bytes, and the headers to send. Without it, PUT, GET and REMOVE are refused. */
  presign?(
    principal: string,
    transfer: FileTransfer,
  ): Promise<{ url: string; headers: Record<string, string> }>;
  /** What a directory contains. Without it, LIST is refused. */
  listFiles?(principal: string, path: string): Promise<FileEntry[]>;
}
