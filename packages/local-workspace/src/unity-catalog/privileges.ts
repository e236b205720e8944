import { permissionDenied } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import { type Privilege, type Securable, TITLES } from "../state/securables.ts";

/** Who may do what: owners and admins everything, others what was granted on the securable or above it. */
export class Privileges {
  readonly #state: MetastoreState;
  readonly #principal: Principal;

  constructor(state: MetastoreState, principal: Principal) {
    this.#state = state;
    this.#principal = principal;
  }

  /** Ownership reaches downwards, as in Unity Catalog. */
  owns(securable: Securable): boolean {
    if (this.#principal.admin) return true;
    return this.#state.ancestry(securable).some((one) => one.owner === this.#principal.name);
  }

  has(privilege: Privilege, securable: Securable): boolean {
    const line = this.#state.ancestry(securable).map((one) => one.id);
    return this.owns(securable) || this.#granted([privilege, "ALL_PRIVILEGES"], line);
  }

  /** Throws 403 PERMISSION_DENIED in Databricks' words. */
  require(privilege: Privilege, securable: Securable): void {
    if (this.has(privilege, securable)) return;
    const words = privilege.replaceAll("_", " ");
    throw permissionDenied(`User does not have ${words} on ${this.#title(securable)}.`);
  }

  requireOnMetastore(privilege: Privilege): void {
    if (this.#principal.admin || this.#granted([privilege], [this.#state.metastoreId])) return;
    throw permissionDenied(
      `User does not have ${privilege.replaceAll("_", " ")} on Metastore 'local-workspace'.`,
    );
  }

  /** For changes to the securable itself. */
  requireOwner(securable: Securable): void {
    const line = this.#state.ancestry(securable).map((one) => one.id);
    if (this.owns(securable) || this.#granted(["MANAGE"], line)) return;
    throw permissionDenied(`User is not an owner of ${this.#title(securable)}.`);
  }

  /** What a list shows: one needs a privilege that reads the kind, or BROWSE, or to own it. */
  sees(securable: Securable): boolean {
    return READERS[securable.kind].some((privilege) => this.has(privilege, securable));
  }

  requireSight(securable: Securable): void {
    if (!this.sees(securable)) this.require(READERS[securable.kind][0], securable);
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

  #title(securable: Securable): string {
    return `${TITLES[securable.kind]} '${this.#state.fullName(securable)}'`;
  }
}

const READERS = {
  catalog: ["USE_CATALOG", "BROWSE"],
  schema: ["USE_SCHEMA", "BROWSE"],
  table: ["SELECT", "MODIFY", "BROWSE"],
  volume: ["READ_VOLUME", "WRITE_VOLUME", "BROWSE"],
} as const satisfies Record<Securable["kind"], readonly Privilege[]>;
