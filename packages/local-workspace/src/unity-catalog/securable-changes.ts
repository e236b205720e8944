import { randomUUID } from "node:crypto";
import { invalidParameter } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import type { Metastore } from "../state/metastore.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import { createdBy, KINDS, type Kind, type OfKind, type Securable } from "../state/securables.ts";
import type { StateFolder } from "../state/state-folder.ts";
import { findSecurable, requireFree } from "./find-securable.ts";
import { Privileges } from "./privileges.ts";
import { validName } from "./valid-name.ts";

/** A securable without what its creation decides: its place, its owner and its times. */
export type NewSecurable<K extends Kind> = Omit<
  OfKind<K>,
  "kind" | "parentId" | keyof ReturnType<typeof createdBy>
>;

/** Fields to replace. A field that is present as undefined is taken away. */
export type SecurableChange = Partial<
  Pick<
    OfKind<"table">,
    | "name"
    | "owner"
    | "comment"
    | "properties"
    | "columns"
    | "constraints"
    | "clusterColumns"
    | "viewDefinition"
    | "viewSettings"
  > &
    Pick<OfKind<"catalog">, "isolationMode">
>;

export interface Removed {
  /** The securable and everything that was below it. */
  gone: Securable[];
  catalogId: string;
}

/**
 * The changes that REST and SQL make to the metadata. Each checks the principal's privileges, throws ApiError as Unity
 * Catalog refuses it, and is on disk when it resolves.
 */
export class SecurableChanges {
  readonly #metastore: Metastore;
  readonly #folder: StateFolder;

  constructor(metastore: Metastore, folder: StateFolder) {
    this.#metastore = metastore;
    this.#folder = folder;
  }

  /** `within` are the names of the catalog and the schema, as far as the kind has them. */
  async create<K extends Kind>(
    by: Principal,
    kind: K,
    within: readonly string[],
    fields: NewSecurable<K>,
  ): Promise<OfKind<K>> {
    const name = validName(`Create${KINDS[kind].title}`, "name", fields.name);
    const create = () => this.#metastore.change((draft) => put(draft, by, kind, within, { ...fields, name }));
    if (kind !== "volume") return create();
    // Before the metadata: a volume that anyone can see has its folder. The next start removes a folder without a volume.
    await this.#folder.makeVolume(fields.id);
    return create().catch(async (error: unknown) => {
      await this.#folder.removeVolume(fields.id);
      throw error;
    });
  }

  /**
   * Throws 400 for an empty change. How Databricks answers one was not found; a refusal shows when a client's PATCH lost
   * its body, as the SDK's does.
   */
  async update<K extends Kind>(
    by: Principal,
    kind: K,
    names: readonly string[],
    change: SecurableChange,
  ): Promise<OfKind<K>> {
    const rpc = `Update${KINDS[kind].title}`;
    if (Object.keys(change).length === 0) throw invalidParameter(`${rpc} Nothing to update.`);
    return this.#metastore.change((draft) => {
      const before = findSecurable(draft, kind, names);
      const rights = new Privileges(draft, by);
      rights.requireUse(draft.parent(before));
      // COPY INTO notes the loaded files in a table's properties, so whoever may write rows may change those.
      const isNote = kind === "table" && Object.keys(change).join() === "properties";
      if (!isNote || !rights.has("MODIFY", before)) rights.requireOwner(before);
      const name = change.name === undefined ? before.name : validName(rpc, "new_name", change.name);
      requireFree(draft, kind, before.parentId, name, before);
      const after = { ...before, ...change, name, updatedAt: Date.now(), updatedBy: by.name };
      draft.put(after);
      return after;
    });
  }

  /** Removes a securable, everything below it, and the files of volumes. `check` may throw to keep it. */
  async remove(
    by: Principal,
    kind: Kind,
    names: readonly string[],
    check?: (state: MetastoreState, target: Securable) => void,
  ): Promise<Removed> {
    const removed = await this.#metastore.change((draft) => {
      const target = findSecurable(draft, kind, names);
      const rights = new Privileges(draft, by);
      rights.requireUse(draft.parent(target));
      rights.requireOwner(target);
      check?.(draft, target);
      const catalogId = draft.ancestry(target).at(-1)?.id ?? "";
      return { catalogId, gone: draft.remove(target) };
    });
    // After the metadata: a crash in between leaves folders that nobody sees and that the next start removes.
    for (const one of removed.gone) if (one.kind === "volume") await this.#folder.removeVolume(one.id);
    return removed;
  }
}

function put<K extends Kind>(
  draft: MetastoreState,
  by: Principal,
  kind: K,
  within: readonly string[],
  fields: NewSecurable<K>,
): OfKind<K> {
  const { parent } = KINDS[kind];
  const above = parent === undefined ? undefined : findSecurable(draft, parent, within);
  new Privileges(draft, by).requireCreate(kind, above);
  const parentId = above?.id ?? draft.metastoreId;
  requireFree(draft, kind, parentId, fields.name);
  const made = { ...fields, ...createdBy(by.name), kind, parentId } as OfKind<K>;
  draft.put(made);
  if (kind === "catalog") {
    const first = { id: randomUUID(), parentId: made.id, name: "default", ...createdBy(by.name) };
    // Databricks makes it with every catalog.
    draft.put({ ...first, kind: "schema", comment: "Default schema (auto-created)" });
  }
  return made;
}
