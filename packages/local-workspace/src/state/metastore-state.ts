import { type Grant, KINDS, type Kind, type OfKind, type Securable } from "./securables.ts";

/** The whole metadata at one moment. `Metastore` hands out finished states and lets edits work on a copy. */
export class MetastoreState {
  readonly metastoreId: string;
  readonly #byId: Map<string, Securable>;
  readonly #byName = new Map<string, Securable>();
  #grants: Grant[];
  readonly #sorted = new Map<string, Securable[]>();

  constructor(metastoreId: string, securables: Iterable<Securable>, grants: Grant[]) {
    this.metastoreId = metastoreId;
    this.#byId = new Map();
    this.#grants = [...grants];
    for (const securable of securables) this.#insert(securable);
  }

  copy(): MetastoreState {
    return new MetastoreState(this.metastoreId, this.#byId.values(), this.#grants);
  }

  securables(): Securable[] {
    return [...this.#byId.values()];
  }

  grants(): readonly Grant[] {
    return this.#grants;
  }

  child<K extends Kind>(parentId: string, kind: K, name: string): OfKind<K> | undefined {
    return this.#byName.get(nameKey(parentId, kind, name)) as OfKind<K> | undefined;
  }

  /**
   * The securable at these names, catalog first; undefined if one of them does not exist. Letter case is ignored. It goes
   * by the parts, not by a dotted name: a name in SQL can contain a dot.
   */
  at<K extends Kind>(kind: K, names: readonly string[]): OfKind<K> | undefined {
    const { parent } = KINDS[kind];
    const isRoot = parent === undefined && names.length === 1;
    const above = isRoot ? this.metastoreId : parent && this.at(parent, names.slice(0, -1))?.id;
    return above === undefined ? undefined : this.child(above, kind, names.at(-1)?.toLowerCase() ?? "");
  }

  /** The catalog or schema that the securable is in. */
  parent(securable: Securable): Securable | undefined {
    return this.#byId.get(securable.parentId);
  }

  /** Sorted by name, which is what page tokens continue from. */
  children<K extends Kind>(parentId: string, kind: K): OfKind<K>[] {
    const key = `${kind} ${parentId}`;
    let found = this.#sorted.get(key);
    if (found === undefined) {
      found = this.securables().filter((one) => one.kind === kind && one.parentId === parentId);
      found.sort((a, b) => (a.name < b.name ? -1 : 1));
      this.#sorted.set(key, found);
    }
    return found as OfKind<K>[];
  }

  /** From the securable itself up to its catalog. */
  ancestry(securable: Securable): Securable[] {
    const line: Securable[] = [];
    for (let at: Securable | undefined = securable; at !== undefined; at = this.#byId.get(at.parentId))
      line.push(at);
    return line;
  }

  /** `catalog.schema.name`, as the securables are named now. */
  fullName(securable: Securable): string {
    return this.ancestry(securable)
      .map((one) => one.name)
      .toReversed()
      .join(".");
  }

  put(securable: Securable): void {
    const before = this.#byId.get(securable.id);
    if (before !== undefined) this.#byName.delete(nameKey(before.parentId, before.kind, before.name));
    this.#insert(securable);
  }

  grant(grant: Grant): void {
    this.#grants.push(grant);
  }

  /** Replaces what a principal was granted on a securable. */
  setGrant(grant: Grant): void {
    const isOther = ({ securableId, principal }: Grant) =>
      securableId !== grant.securableId || principal !== grant.principal;
    this.#grants = this.#grants.filter(isOther);
    if (grant.privileges.length > 0) this.#grants.push(grant);
  }

  /** Removes a securable and everything below it. Returns all that was removed. */
  remove(securable: Securable): Securable[] {
    const below = this.securables().filter((one) => one.parentId === securable.id);
    const gone = [...below.flatMap((one) => this.remove(one)), securable];
    this.#byId.delete(securable.id);
    this.#byName.delete(nameKey(securable.parentId, securable.kind, securable.name));
    this.#grants = this.#grants.filter((grant) => grant.securableId !== securable.id);
    this.#sorted.clear();
    return gone;
  }

  #insert(securable: Securable): void {
    this.#byId.set(securable.id, securable);
    this.#byName.set(nameKey(securable.parentId, securable.kind, securable.name), securable);
    this.#sorted.clear();
  }
}

function nameKey(parentId: string, kind: Kind, name: string): string {
  return `${kind} ${parentId} ${name}`;
}
