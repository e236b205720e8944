import { randomUUID } from "node:crypto";
import type {
  CatalogEntry,
  Change,
  ColumnEntry,
  Path,
  SecurableKind,
  TableEntry,
} from "@front-door/sql-engine";
import type { Principal } from "../identity/principals.ts";
import { columnOf } from "../state/column-type.ts";
import type { Metastore } from "../state/metastore.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { OfKind, Securable } from "../state/securables.ts";
import type { StateFolder } from "../state/state-folder.ts";
import { storageLocation } from "../state/storage-location.ts";
import { newSecurable } from "../unity-catalog/describe.ts";
import { findCatalog, findSchema, requireFree } from "../unity-catalog/lookup.ts";
import { validName } from "../unity-catalog/names.ts";
import { Privileges } from "../unity-catalog/privileges.ts";
import { toSqlError } from "./metastore-errors.ts";
import { locate, requireUse } from "./metastore-lookup.ts";

/** The changes that SQL makes to the metastore, each checked and written as Unity Catalog's endpoints do it. */
export class MetastoreChanges {
  readonly #metastore: Metastore;
  readonly #folder: StateFolder;
  readonly #principals: Map<string, Principal>;

  constructor(metastore: Metastore, folder: StateFolder, principals: Principal[]) {
    this.#metastore = metastore;
    this.#folder = folder;
    this.#principals = new Map(principals.map((one) => [one.name, one]));
  }

  principal(name: string): Principal {
    const found = this.#principals.get(name);
    if (found === undefined) throw new Error(`There is no principal ${name}.`);
    return found;
  }

  async createCatalog(principal: string, entry: CatalogEntry): Promise<void> {
    await this.#change(principal, (draft, rights) => {
      rights.requireOnMetastore("CREATE_CATALOG");
      const name = validName("CreateCatalog", "name", entry.name);
      requireFree(draft, "catalog", draft.metastoreId, name);
      const catalog = { ...made(entry, draft.metastoreId, name, principal), kind: "catalog" as const };
      draft.put(catalog);
      const first = newSecurable(randomUUID(), catalog.id, "default", principal);
      draft.put({ ...first, kind: "schema", comment: "Default schema (auto-created)" });
    });
  }

  async createSchema(principal: string, catalog: string, entry: CatalogEntry): Promise<void> {
    await this.#change(principal, (draft, rights) => {
      const parent = findCatalog(draft, catalog);
      rights.require("USE_CATALOG", parent);
      rights.require("CREATE_SCHEMA", parent);
      const name = validName("CreateSchema", "name", entry.name);
      requireFree(draft, "schema", parent.id, name);
      draft.put({ ...made(entry, parent.id, name, principal), kind: "schema" });
    });
  }

  async createTable(principal: string, catalog: string, schema: string, entry: TableEntry): Promise<void> {
    await this.#change(principal, (draft, rights) => {
      const parent = findSchema(draft, `${catalog}.${schema}`);
      requireInside(draft, rights, parent, "CREATE_TABLE");
      const name = validName("CreateTable", "name", entry.name);
      requireFree(draft, "table", parent.id, name);
      const isView = entry.tableType === "VIEW";
      draft.put({
        ...made(entry, parent.id, name, principal),
        kind: "table",
        tableType: entry.tableType,
        columns: entry.columns.map(columnFrom),
        viewDefinition: entry.viewDefinition,
        viewDefaults: entry.viewDefaults,
        ...(isView
          ? {}
          : {
              dataSourceFormat: "DELTA",
              storageLocation: storageLocation(draft.metastoreId, "tables", entry.id),
            }),
      });
    });
  }

  async createVolume(principal: string, catalog: string, schema: string, entry: CatalogEntry): Promise<void> {
    // Before the metadata: a volume that can be seen has its folder.
    await this.#folder.makeVolume(entry.id);
    await this.#change(principal, (draft, rights) => {
      const parent = findSchema(draft, `${catalog}.${schema}`);
      requireInside(draft, rights, parent, "CREATE_VOLUME");
      const name = validName("CreateVolume", "name", entry.name);
      requireFree(draft, "volume", parent.id, name);
      draft.put({
        ...made(entry, parent.id, name, principal),
        kind: "volume",
        volumeType: "MANAGED",
        storageLocation: storageLocation(draft.metastoreId, "volumes", entry.id),
      });
    }).catch(async (error: unknown) => {
      await this.#folder.removeVolume(entry.id);
      throw error;
    });
  }

  async update(principal: string, kind: SecurableKind, path: Path, change: Change): Promise<void> {
    await this.#change(principal, (draft, rights) => {
      const before = locate(draft, kind, path);
      requireUse(draft, rights, before);
      // Who may write rows may note which files were loaded: COPY INTO keeps that in the properties.
      if (onlyProperties(change) && before.kind === "table" && rights.has("MODIFY", before))
        rights.require("MODIFY", before);
      else rights.requireOwner(before);
      const name = change.name === undefined ? before.name : validName("Update", "name", change.name);
      requireFree(draft, before.kind, before.parentId, name, before);
      draft.put({ ...changed(before, change), name, updatedAt: Date.now(), updatedBy: principal });
    });
  }

  /** With all that is below it, and the volumes' files. */
  async drop(principal: string, kind: SecurableKind, path: Path): Promise<void> {
    const gone = await this.#change(principal, (draft, rights) => {
      const target = locate(draft, kind, path);
      requireUse(draft, rights, target);
      rights.requireOwner(target);
      return draft.remove(target);
    });
    for (const one of gone) if (one.kind === "volume") await this.#folder.removeVolume(one.id);
  }

  async #change<Result>(
    principal: string,
    edit: (draft: MetastoreState, rights: Privileges) => Result,
  ): Promise<Result> {
    try {
      return await this.#metastore.change((draft) =>
        edit(draft, new Privileges(draft, this.principal(principal))),
      );
    } catch (error) {
      throw toSqlError(error);
    }
  }
}

function made(entry: CatalogEntry, parentId: string, name: string, principal: string) {
  const { comment, properties } = entry;
  return {
    ...newSecurable(entry.id, parentId, name, principal),
    ...(comment === undefined ? {} : { comment }),
    ...(properties === undefined ? {} : { properties }),
  };
}

function requireInside(
  draft: MetastoreState,
  rights: Privileges,
  schema: OfKind<"schema">,
  privilege: "CREATE_TABLE" | "CREATE_VOLUME",
): void {
  requireUse(draft, rights, schema);
  rights.require("USE_SCHEMA", schema);
  rights.require(privilege, schema);
}

function onlyProperties(change: Change): boolean {
  return Object.keys(change).join() === "properties";
}

function changed(before: Securable, change: Change): Securable {
  const { owner, properties, columns, viewDefinition } = change;
  const common = {
    ...before,
    ...(owner === undefined ? {} : { owner }),
    // COMMENT … IS NULL takes a comment away.
    ...("comment" in change ? { comment: change.comment } : {}),
    ...(properties === undefined ? {} : { properties }),
  };
  if (common.kind !== "table") return common;
  return {
    ...common,
    ...(columns === undefined ? {} : { columns: columns.map(columnFrom) }),
    ...(viewDefinition === undefined ? {} : { viewDefinition }),
  };
}

function columnFrom({ typeText, ...column }: ColumnEntry, position: number) {
  return columnOf({ ...column, type: typeText }, position);
}
