import { permissionDenied } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import { KINDS, type Kind, type Privilege, type Securable } from "../state/securables.ts";
import { SYSTEM_USER } from "../state/system-state.ts";

/**
 * What a principal may do. Owners and admins may do everything; others need a grant on the securable or above it. Each
 * `require…` throws 403 PERMISSION_DENIED in Databricks' words.
 */
export class Privileges {
  readonly #state: MetastoreState;
  readonly #principal: Principal;

  constructor(state: MetastoreState, principal: Principal) {
    this.#state = state;
    this.#principal = principal;
  }

  has(privilege: Privilege, securable: Securable): boolean {
    return this.#owns(securable) || this.#granted([privilege, "ALL_PRIVILEGES"], this.#line(securable));
  }

  /** Whether a listing shows the securable. */
  sees(securable: Securable): boolean {
    if (securable.owner === SYSTEM_USER) {
      const above = this.#state.parent(securable);
      return above === undefined || this.sees(above);
    }
    return KINDS[securable.kind].sight.some((privilege) => this.has(privilege, securable));
  }

  require(privilege: Privilege, securable: Securable): void {
    if (!this.has(privilege, securable)) throw lacking(privilege, this.#title(securable));
  }

  /** Requires USE on a catalog or schema and on what is above it, catalog first. */
  requireUse(container: Securable | undefined): void {
    for (const one of this.#fromCatalog(container)) this.require(KINDS[one.kind].sight[0], one);
  }

  /** Requires that the principal sees the securable and what is above it, catalog first. */
  requireSight(securable: Securable): void {
    for (const one of this.#fromCatalog(securable))
      if (!this.sees(one)) throw lacking(KINDS[one.kind].sight[0], this.#title(one));
  }

  /** Without a parent the metastore is meant. */
  requireCreate(kind: Kind, parent: Securable | undefined): void {
    const { create } = KINDS[kind];
    if (parent !== undefined) {
      this.requireUse(parent);
      this.require(create, parent);
    } else if (!this.#principal.admin && !this.#granted([create], [this.#state.metastoreId])) {
      throw lacking(create, "Metastore 'local-workspace'");
    }
  }

  /** For changes to the securable itself. */
  requireOwner(securable: Securable): void {
    if (this.#owns(securable) || this.#granted(["MANAGE"], this.#line(securable))) return;
    throw permissionDenied(`User is not an owner of ${this.#title(securable)}.`);
  }

  /** Whoever owns a securable owns everything below it, as in Unity Catalog. */
  #owns(securable: Securable): boolean {
    if (this.#principal.admin) return true;
    return this.#state.ancestry(securable).some((one) => one.owner === this.#principal.name);
  }

  #granted(privileges: Privilege[], securableIds: string[]): boolean {
    return this.#state
      .grants()
      .some(
        (grant) =>
          grant.principal === this.#principal.name &&
          securableIds.includes(grant.securableId) &&
          grant.privileges.some((privilege) => privileges.includes(privilege)),
      );
  }

  #line(securable: Securable): string[] {
    return this.#state.ancestry(securable).map((one) => one.id);
  }

  #fromCatalog(securable: Securable | undefined): Securable[] {
    return securable === undefined ? [] : this.#state.ancestry(securable).toReversed();
  }

  #title(securable: Securable): string {
    return `${KINDS[securable.kind].title} '${this.#state.fullName(securable)}'`;
  }
}

function lacking(privilege: Privilege, title: string): Error {
  return permissionDenied(`User does not have ${privilege.replaceAll("_", " ")} on ${title}.`);
}
