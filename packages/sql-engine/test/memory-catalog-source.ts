import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type {
  CatalogEntry,
  CatalogSource,
  Change,
  GrantEntry,
  Path,
  Privilege,
  SchemaEntry,
  SecurableKind,
  TableEntry,
  VolumeEntry,
} from "../src/catalog-source.ts";
import { SqlError } from "../src/sql-error.ts";

interface Schema extends SchemaEntry {
  tables: Map<string, TableEntry>;
  volumes: Map<string, VolumeEntry>;
}

interface Catalog extends CatalogEntry {
  schemas: Map<string, Schema>;
}

/**
 * A metastore in memory, with the catalog `main` and in it the function `default.user_defined`. The principal `nobody`
 * may do nothing.
 */
export class MemoryCatalogSource implements CatalogSource {
  readonly #catalogs = new Map<string, Catalog>();
  readonly #volumesRoot: string;
  #grants: GrantEntry[] = [];
  readonly required: { principal: string; privilege: Privilege; path: string }[] = [];

  constructor(volumesRoot: string) {
    this.#volumesRoot = volumesRoot;
    this.#catalogs.set("main", this.#newCatalog({ id: randomUUID(), name: "main" }));
  }

  #newCatalog(entry: CatalogEntry): Catalog {
    return {
      ...entry,
      schemas: new Map([
        ["default", { id: randomUUID(), name: "default", tables: new Map(), volumes: new Map() }],
      ]),
    };
  }

  #schema(catalog = "", schema = ""): Schema | undefined {
    return this.#catalogs.get(catalog)?.schemas.get(schema);
  }

  catalogs(): CatalogEntry[] {
    return [...this.#catalogs.values()];
  }
  schemas(_: string, catalog: string): SchemaEntry[] {
    return [...(this.#catalogs.get(catalog)?.schemas.values() ?? [])];
  }
  tables(_: string, catalog: string, schema: string): TableEntry[] {
    return [...(this.#schema(catalog, schema)?.tables.values() ?? [])];
  }
  volumes(_: string, catalog: string, schema: string): VolumeEntry[] {
    return [...(this.#schema(catalog, schema)?.volumes.values() ?? [])];
  }
  functions(_: string, catalog: string, schema: string): CatalogEntry[] {
    return catalog === "main" && schema === "default" ? [{ id: "user-defined", name: "user_defined" }] : [];
  }
  catalog(_: string, name: string): CatalogEntry | undefined {
    return this.#catalogs.get(name);
  }
  schema(_: string, catalog: string, name: string): SchemaEntry | undefined {
    return this.#schema(catalog, name);
  }
  table(_: string, [catalog, schema, name = ""]: Path): TableEntry | undefined {
    return this.#schema(catalog, schema)?.tables.get(name);
  }
  volume(_: string, [catalog, schema, name = ""]: Path): VolumeEntry | undefined {
    return this.#schema(catalog, schema)?.volumes.get(name);
  }

  require(principal: string, privilege: Privilege, _kind: SecurableKind, path: Path): void {
    this.required.push({ principal, privilege, path: path.join(".") });
    if (principal === "nobody")
      throw new SqlError("PERMISSION_DENIED", `User does not have ${privilege} on '${path.join(".")}'.`);
  }

  grants(): GrantEntry[] {
    return this.#grants;
  }
  async changeGrants(
    _: string,
    kind: SecurableKind,
    path: Path,
    { principal, add, remove }: { principal: string; add: readonly string[]; remove: readonly string[] },
  ): Promise<void> {
    this.#grants.push(...add.map((privilege) => ({ principal, privilege, kind, path })));
    const isKept = (one: GrantEntry) => one.principal !== principal || !remove.includes(one.privilege);
    this.#grants = this.#grants.filter(isKept);
  }

  async createCatalog(_: string, entry: CatalogEntry): Promise<void> {
    this.#catalogs.set(entry.name, this.#newCatalog(entry));
  }
  async createSchema(_: string, catalog: string, entry: SchemaEntry): Promise<void> {
    this.#catalogs.get(catalog)?.schemas.set(entry.name, { ...entry, tables: new Map(), volumes: new Map() });
  }
  async createTable(_: string, catalog: string, schema: string, entry: TableEntry): Promise<void> {
    this.#schema(catalog, schema)?.tables.set(entry.name, entry);
  }
  async createVolume(_: string, catalog: string, schema: string, entry: CatalogEntry): Promise<void> {
    const folder = join(this.#volumesRoot, entry.id);
    await mkdir(folder, { recursive: true });
    this.#schema(catalog, schema)?.volumes.set(entry.name, { ...entry, volumeType: "MANAGED", folder });
  }

  async update(_: string, kind: SecurableKind, path: Path, change: Change): Promise<void> {
    const last = path.at(-1) ?? "";
    const among = this.#siblings(kind, path);
    const entry = among?.get(last);
    if (entry === undefined || among === undefined) throw new Error(`No ${kind} ${path.join(".")}.`);
    Object.assign(entry, change);
    if (change.name !== undefined) {
      among.delete(last);
      among.set(change.name, entry);
    }
  }

  async drop(_: string, kind: SecurableKind, path: Path): Promise<void> {
    this.#siblings(kind, path)?.delete(path.at(-1) ?? "");
  }

  #siblings(kind: SecurableKind, [catalog, schema]: Path): Map<string, CatalogEntry> | undefined {
    if (kind === "CATALOG") return this.#catalogs;
    if (kind === "SCHEMA") return this.#catalogs.get(catalog ?? "")?.schemas;
    const found = this.#schema(catalog, schema);
    return kind === "TABLE" ? found?.tables : found?.volumes;
  }
}
