import type {
  CatalogEntry,
  CatalogSource,
  Change,
  ColumnEntry,
  FileEntry,
  FileTransfer,
  GrantEntry,
  Path,
  SecurableKind,
  Privilege as SqlPrivilege,
  TableConstraint,
  TableEntry,
  VolumeEntry,
} from "@front-door/sql-engine";
import type { Principal } from "../identity/principals.ts";
import { columnOf, defaultOf } from "../state/column-type.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { Constraint, Kind, OfKind, Privilege, Securable } from "../state/securables.ts";
import { storageLocation } from "../state/storage-location.ts";
import { findSecurable } from "../unity-catalog/find-securable.ts";
import { changeGrants, type GrantChange, grantsOn } from "../unity-catalog/grants.ts";
import { Privileges } from "../unity-catalog/privileges.ts";
import type { NewSecurable } from "../unity-catalog/securable-changes.ts";
import type { Workspace } from "../workspace.ts";
import { listFiles, presignTransfer } from "./file-transfers.ts";
import { asSql, changeAsSql } from "./metastore-errors.ts";

type Parts = Pick<Workspace, "metastore" | "securables" | "folder" | "storage">;

/** The metastore as the SQL engine sees it: the same securables and privileges as in Unity Catalog's REST API. */
export class MetastoreSource implements CatalogSource {
  readonly #parts: Parts;
  readonly #principals: Map<string, Principal>;

  constructor(parts: Parts, principals: Principal[]) {
    this.#parts = parts;
    this.#principals = new Map(principals.map((one) => [one.name, one]));
  }

  catalogs(principal: string): CatalogEntry[] {
    return this.#visible(principal, this.#state.metastoreId, "catalog").map(entryOf);
  }

  schemas(principal: string, catalog: string): CatalogEntry[] {
    const parent = this.#find(principal, "catalog", [catalog]);
    return parent === undefined ? [] : this.#visible(principal, parent.id, "schema").map(entryOf);
  }

  tables(principal: string, catalog: string, schema: string): TableEntry[] {
    return this.#inSchema(principal, catalog, schema, "table").map(tableEntry);
  }

  volumes(principal: string, catalog: string, schema: string): VolumeEntry[] {
    return this.#inSchema(principal, catalog, schema, "volume").map((volume) => this.#volumeEntry(volume));
  }

  functions(principal: string, catalog: string, schema: string): CatalogEntry[] {
    return this.#inSchema(principal, catalog, schema, "function").map(entryOf);
  }

  catalog(principal: string, name: string): CatalogEntry | undefined {
    const found = this.#find(principal, "catalog", [name]);
    return found === undefined ? undefined : entryOf(found);
  }

  schema(principal: string, catalog: string, name: string): CatalogEntry | undefined {
    const found = this.#find(principal, "schema", [catalog, name]);
    return found === undefined ? undefined : entryOf(found);
  }

  table(principal: string, path: Path): TableEntry | undefined {
    const found = this.#find(principal, "table", path);
    return found === undefined ? undefined : tableEntry(found);
  }

  volume(principal: string, path: Path): VolumeEntry | undefined {
    const found = this.#find(principal, "volume", path);
    return found === undefined ? undefined : this.#volumeEntry(found);
  }

  require(principal: string, privilege: SqlPrivilege, kind: SecurableKind, path: Path): void {
    asSql(() => {
      const rights = this.#rights(principal);
      const target = findSecurable(this.#state, KIND_OF[kind], path);
      rights.requireUse(this.#state.parent(target));
      if (privilege === "MANAGE") return rights.requireOwner(target);
      const [first, ...others] = privilegesOf(privilege, target.kind);
      if (!others.some((other) => rights.has(other, target))) rights.require(first, target);
    });
  }

  grants(principal: string, kind: SecurableKind, path: Path): GrantEntry[] {
    const target = this.#find(principal, KIND_OF[kind], path);
    if (target === undefined) return [];
    return this.#state.ancestry(target).flatMap((at) =>
      grantsOn(this.#state, at).flatMap(({ principal: grantee, privileges }) =>
        privileges.map((privilege) => ({
          principal: grantee,
          privilege: privilege.replaceAll("_", " "),
          // A grant on a function is not above anything.
          kind: at.kind.toUpperCase() as SecurableKind,
          path: this.#state.fullName(at).split("."),
        })),
      ),
    );
  }

  async changeGrants(principal: string, kind: SecurableKind, path: Path, change: GrantChange): Promise<void> {
    const by = this.#principal(principal);
    await changeAsSql(
      this.#parts.metastore.change((draft) => {
        const target = findSecurable(draft, KIND_OF[kind], path);
        changeGrants(draft, by, target, [change], [...this.#principals.values()]);
      }),
    );
  }

  async createCatalog(principal: string, entry: CatalogEntry): Promise<void> {
    await this.#create(principal, "catalog", [], commonFields(entry));
  }

  async createSchema(principal: string, catalog: string, entry: CatalogEntry): Promise<void> {
    await this.#create(principal, "schema", [catalog], commonFields(entry));
  }

  async createTable(principal: string, catalog: string, schema: string, entry: TableEntry): Promise<void> {
    const stored = {
      dataSourceFormat: "DELTA",
      storageLocation: storageLocation(this.#state.metastoreId, "tables", entry.id),
    };
    await this.#create(principal, "table", [catalog, schema], {
      ...commonFields(entry),
      tableType: entry.tableType,
      columns: entry.columns.map(columnFrom),
      viewDefinition: entry.viewDefinition,
      viewDefaults: entry.viewDefaults,
      viewSettings: entry.viewSettings,
      constraints: entry.constraints?.map(constraintFrom),
      partitionColumns: entry.partitionColumns,
      clusterColumns: entry.clusterColumns,
      ...(entry.tableType === "VIEW" ? {} : stored),
    });
  }

  async createVolume(principal: string, catalog: string, schema: string, entry: CatalogEntry): Promise<void> {
    await this.#create(principal, "volume", [catalog, schema], {
      ...commonFields(entry),
      volumeType: "MANAGED",
      storageLocation: storageLocation(this.#state.metastoreId, "volumes", entry.id),
    });
  }

  async update(principal: string, kind: SecurableKind, path: Path, change: Change): Promise<void> {
    const { columns, constraints, ...others } = change;
    const stored = {
      ...others,
      ...(columns === undefined ? {} : { columns: columns.map(columnFrom) }),
      ...(constraints === undefined ? {} : { constraints: constraints.map(constraintFrom) }),
    };
    const by = this.#principal(principal);
    await changeAsSql(this.#parts.securables.update(by, KIND_OF[kind], path, stored));
  }

  async noteLineage(_principal: string, target: Path, sources: readonly Path[]): Promise<void> {
    await this.#parts.metastore.change((draft) => {
      const table = draft.at("table", target);
      if (table === undefined) return;
      const now = Date.now();
      const noted = Object.fromEntries(sources.map((path) => [path.join("."), now]));
      draft.put({ ...table, lineage: { ...table.lineage, ...noted } });
    });
  }

  async drop(principal: string, kind: SecurableKind, path: Path): Promise<void> {
    const by = this.#principal(principal);
    await changeAsSql(this.#parts.securables.remove(by, KIND_OF[kind], path));
  }

  presign(principal: string, transfer: FileTransfer) {
    return changeAsSql(presignTransfer(this.#parts, this.#principal(principal), transfer));
  }

  listFiles(principal: string, path: string): Promise<FileEntry[]> {
    return changeAsSql(listFiles(this.#parts, this.#principal(principal), path));
  }

  async #create<K extends Kind>(
    principal: string,
    kind: K,
    within: Path,
    fields: NewSecurable<K>,
  ): Promise<void> {
    const by = this.#principal(principal);
    await changeAsSql(this.#parts.securables.create(by, kind, within, fields));
  }

  get #state(): MetastoreState {
    return this.#parts.metastore.state;
  }

  #principal(name: string): Principal {
    const found = this.#principals.get(name);
    if (found === undefined) throw new Error(`The principal ${name} does not exist.`);
    return found;
  }

  #rights(principal: string): Privileges {
    return new Privileges(this.#state, this.#principal(principal));
  }

  /** Undefined if it does not exist. Throws PERMISSION_DENIED, as REST does, if the principal cannot see it. */
  #find<K extends Kind>(principal: string, kind: K, path: Path): OfKind<K> | undefined {
    const found = this.#state.at(kind, path);
    if (found !== undefined) asSql(() => this.#rights(principal).requireSight(found));
    return found;
  }

  #inSchema<K extends Kind>(principal: string, catalog: string, schema: string, kind: K): OfKind<K>[] {
    const parent = this.#find(principal, "schema", [catalog, schema]);
    return parent === undefined ? [] : this.#visible(principal, parent.id, kind);
  }

  #visible<K extends Kind>(principal: string, parentId: string, kind: K): OfKind<K>[] {
    const rights = this.#rights(principal);
    return this.#state.children(parentId, kind).filter((one) => rights.sees(one));
  }

  #volumeEntry(volume: OfKind<"volume">): VolumeEntry {
    const folder = this.#parts.folder.volumeDir(volume.id);
    return { ...entryOf(volume), volumeType: volume.volumeType, folder };
  }
}

const KIND_OF = { CATALOG: "catalog", SCHEMA: "schema", TABLE: "table", VOLUME: "volume" } as const;

/** Any one of them suffices; an error names the first. */
function privilegesOf(privilege: Exclude<SqlPrivilege, "MANAGE">, kind: Kind): [Privilege, ...Privilege[]] {
  if (privilege === "USE") return [kind === "catalog" ? "USE_CATALOG" : "USE_SCHEMA"];
  if (privilege !== "CREATE") return [privilege];
  // Creating the object checks for the right one of the two.
  return kind === "catalog" ? ["CREATE_SCHEMA"] : ["CREATE_TABLE", "CREATE_VOLUME"];
}

function entryOf(securable: Securable): CatalogEntry {
  const { id, name, comment, owner, properties, createdAt, createdBy, updatedAt, updatedBy } = securable;
  return { id, name, comment, owner, properties, createdAt, createdBy, updatedAt, updatedBy };
}

function tableEntry(table: OfKind<"table">): TableEntry {
  return {
    ...entryOf(table),
    tableType: table.tableType,
    viewDefinition: table.viewDefinition,
    viewDefaults: table.viewDefaults,
    viewSettings: table.viewSettings,
    constraints: table.constraints,
    partitionColumns: table.partitionColumns,
    clusterColumns: table.clusterColumns,
    columns: table.columns.map((column) => ({
      name: column.name,
      typeText: column.type_text,
      nullable: column.nullable,
      comment: column.comment,
      defaultText: defaultOf(column),
    })),
  };
}

function commonFields({ id, name, comment, properties }: CatalogEntry) {
  return { id, name, comment, properties };
}

const constraintFrom = ({ parent, ...own }: TableConstraint): Constraint => ({
  ...own,
  ...(parent === undefined ? {} : { parent: { ...parent, table: [...parent.table] } }),
});

function columnFrom({ typeText, ...column }: ColumnEntry, position: number) {
  return columnOf({ ...column, type: typeText }, position);
}
