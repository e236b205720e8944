import type { Path, SecurableKind } from "@front-door/sql-engine";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { Securable } from "../state/securables.ts";
import { findCatalog, findInSchema, findSchema } from "../unity-catalog/lookup.ts";
import type { Privileges } from "../unity-catalog/privileges.ts";

/** USE on all that is above, from the catalog down. */
export function requireUse(state: MetastoreState, rights: Privileges, target: Securable): void {
  for (const one of state.ancestry(target).slice(1).toReversed()) {
    rights.require(one.kind === "catalog" ? "USE_CATALOG" : "USE_SCHEMA", one);
  }
}

/** Throws Unity Catalog's 404. */
export function locate(state: MetastoreState, kind: SecurableKind, path: Path): Securable {
  const name = path.join(".");
  if (kind === "CATALOG") return findCatalog(state, name);
  if (kind === "SCHEMA") return findSchema(state, name);
  return findInSchema(state, kind === "TABLE" ? "table" : "volume", name);
}
