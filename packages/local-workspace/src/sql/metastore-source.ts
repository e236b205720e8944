import type {
  CatalogEntry,
  CatalogSource,
  Path,
  SecurableKind,
  Privilege as SqlPrivilege,
  TableEntry,
  VolumeEntry,
} from "@front-door/sql-engine";
import type { Principal } from "../identity/principals.ts";
import { defaultOf } from "../state/column-type.ts";
import type { Metastore } from "../state/metastore.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { Kind, OfKind, Privilege, Securable } from "../state/securables.ts";
import type { StateFolder } from "../state/state-folder.ts";
import { Privileges } from "../unity-catalog/privileges.ts";
import { MetastoreChanges } from "./metastore-changes.ts";
import { asSql } from "./metastore-errors.ts";
import { locate, requireUse } from "./metastore-lookup.ts";

/** The metastore of Unity Catalog's endpoints as the SQL engine sees it: the same objects, the same rights. */
export class MetastoreSource extends MetastoreChanges implements CatalogSource {
  readonly #metastore: Metastore;
  readonly #folder: StateFolder;

  constructor(metastore: Metastore, folder: StateFolder, principals: Principal[]) {
    super(metastore, folder, principals);
    this.#metastore = metastore;
    this.#folder = folder;
  }

  get #state(): MetastoreState {
    return this.#metastore.state;
  }

  catalogs(principal: string): CatalogEntry[] {
    return this.#visible(principal, this.#state.metastoreId, "catalog").map(entryOf);
  }

  schemas(principal: string, catalog: string): CatalogEntry[] {
    const parent = this.#find(principal, "CATALOG", [catalog]);
    return parent === undefined ? [] : this.#visible(principal, parent.id, "schema").map(entryOf);
  }

  tables(principal: string, catalog: string, schema: string): TableEntry[] {
    const parent = this.#find(principal, "SCHEMA", [catalog, schema]);
    return parent === undefined ? [] : this.#visible(principal, parent.id, "table").map(tableEntry);
  }

  volumes(principal: string, catalog: string, schema: string): VolumeEntry[] {
    const parent = this.#find(principal, "SCHEMA", [catalog, schema]);
    if (parent === undefined) return [];
    return this.#visible(principal, parent.id, "volume").map((volume) => this.#volumeEntry(volume));
  }

  catalog(principal: string, name: string): CatalogEntry | undefined {
    const found = this.#find(principal, "CATALOG", [name]);
    return found === undefined ? undefined : entryOf(found);
  }

  schema(principal: string, catalog: string, name: string): CatalogEntry | undefined {
    const found = this.#find(principal, "SCHEMA", [catalog, name]);
    return found === undefined ? undefined : entryOf(found);
  }

  table(principal: string, path: Path): TableEntry | undefined {
    const found = this.#find(principal, "TABLE", path);
    return found?.kind === "table" ? tableEntry(found) : undefined;
  }

  volume(principal: string, path: Path): VolumeEntry | undefined {
    const found = this.#find(principal, "VOLUME", path);
    return found?.kind === "volume" ? this.#volumeEntry(found) : undefined;
  }

  require(principal: string, privilege: SqlPrivilege, kind: SecurableKind, path: Path): void {
    asSql(() => {
      const rights = this.#rights(principal);
      const target = locate(this.#state, kind, path);
      requireUse(this.#state, rights, target);
      if (privilege === "MANAGE") return rights.requireOwner(target);
      const [first, ...others] = privilegesOf(privilege, target.kind);
      if (!others.some((other) => rights.has(other, target))) rights.require(first, target);
    });
  }

  /**
   * Undefined when it is not there. What is there and not the principal's to see is PERMISSION_DENIED, as REST has it.
   */
  #find(principal: string, kind: SecurableKind, path: Path): Securable | undefined {
    const found = lookup(this.#state, kind, path);
    if (found === undefined) return undefined;
    const rights = this.#rights(principal);
    asSql(() => {
      for (const one of this.#state.ancestry(found).toReversed()) rights.requireSight(one);
    });
    return found;
  }

  #visible<K extends Kind>(principal: string, parentId: string, kind: K): OfKind<K>[] {
    const rights = this.#rights(principal);
    return this.#state.children(parentId, kind).filter((one) => rights.sees(one));
  }

  #rights(principal: string): Privileges {
    return new Privileges(this.#state, this.principal(principal));
  }

  #volumeEntry(volume: OfKind<"volume">): VolumeEntry {
    return { ...entryOf(volume), volumeType: volume.volumeType, folder: this.#folder.volumeDir(volume.id) };
  }
}

/** By the parts and not by the dotted name: a name in SQL can hold a dot, and then it is nobody's. */
function lookup(state: MetastoreState, kind: SecurableKind, path: Path): Securable | undefined {
  const [catalog = "", schema = "", name = ""] = path.map((part) => part.toLowerCase());
  const above = state.child(state.metastoreId, "catalog", catalog);
  if (kind === "CATALOG" || above === undefined) return above;
  const parent = state.child(above.id, "schema", schema);
  if (kind === "SCHEMA" || parent === undefined) return parent;
  return state.child(parent.id, kind === "TABLE" ? "table" : "volume", name);
}

/** Any one of them will do; the first is named in the refusal. */
function privilegesOf(privilege: Exclude<SqlPrivilege, "MANAGE">, kind: Kind): [Privilege, ...Privilege[]] {
  if (privilege === "USE") return [kind === "catalog" ? "USE_CATALOG" : "USE_SCHEMA"];
  if (privilege !== "CREATE") return [privilege];
  // Which of the two is asked again when the object is made.
  return kind === "catalog" ? ["CREATE_SCHEMA"] : ["CREATE_TABLE", "CREATE_VOLUME"];
}

function entryOf({ id, name, comment, owner, properties, createdAt }: Securable): CatalogEntry {
  return { id, name, comment, owner, properties, createdAt };
}

function tableEntry(table: OfKind<"table">): TableEntry {
  return {
    ...entryOf(table),
    tableType: table.tableType,
    viewDefinition: table.viewDefinition,
    viewDefaults: table.viewDefaults,
    columns: table.columns.map((column) => ({
      name: column.name,
      typeText: column.type_text,
      nullable: column.nullable,
      comment: column.comment,
      defaultText: defaultOf(column),
    })),
  };
}
