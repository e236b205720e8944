import { ApiError, invalidParameter } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import {
  type Grant,
  KINDS,
  type Kind,
  type Privilege,
  privilegeSchema,
  type Securable,
} from "../state/securables.ts";
import { Privileges } from "./privileges.ts";

/** What a grant adds to a principal's privileges, and what it takes away. */
export interface GrantChange {
  principal: string;
  add: readonly string[];
  remove: readonly string[];
}

const TABLE: Privilege[] = ["SELECT", "MODIFY"];
const VOLUME: Privilege[] = ["READ_VOLUME", "WRITE_VOLUME"];
const CREATE: Privilege[] = ["CREATE_TABLE", "CREATE_VOLUME", "CREATE_FUNCTION"];
const INSIDE: Privilege[] = [...TABLE, ...VOLUME, "EXECUTE", ...CREATE];

/** What can be granted on each kind. On a catalog or schema it holds for everything below. */
const APPLICABLE: Record<Kind, Privilege[]> = {
  catalog: ["USE_CATALOG", "USE_SCHEMA", "CREATE_SCHEMA", "BROWSE", ...INSIDE],
  schema: ["USE_SCHEMA", ...INSIDE],
  table: TABLE,
  volume: VOLUME,
  function: ["EXECUTE"],
};

/** Throws 403 unless `by` owns the securable or may manage it, 404 for an unknown principal, and 400 for other privileges. */
export function changeGrants(
  draft: MetastoreState,
  by: Principal,
  target: Securable,
  changes: readonly GrantChange[],
  principals: readonly Principal[],
): void {
  const rights = new Privileges(draft, by);
  rights.requireUse(draft.parent(target));
  rights.requireOwner(target);
  const checked = changes.map(({ principal, add, remove }) => {
    if (!principals.some(({ name }) => name === principal))
      throw new ApiError(404, "PRINCIPAL_DOES_NOT_EXIST", `Could not find principal with name ${principal}`);
    return { principal, add: applicable(add, target), remove: applicable(remove, target) };
  });
  for (const { principal, add, remove } of checked) {
    const had = grantsOn(draft, target).find((grant) => grant.principal === principal)?.privileges ?? [];
    const privileges = [...new Set([...had, ...add])].filter((one) => !remove.includes(one));
    draft.setGrant({ securableId: target.id, principal, privileges });
  }
}

function applicable(names: readonly string[], target: Securable): Privilege[] {
  return names.map((name) => {
    const known = privilegeSchema.safeParse(name.toUpperCase().replaceAll(" ", "_")).data;
    const always = known === "ALL_PRIVILEGES" || known === "MANAGE";
    if (known !== undefined && (always || APPLICABLE[target.kind].includes(known))) return known;
    throw invalidParameter(
      `Privilege ${name} is not applicable to this entity: ${KINDS[target.kind].title}.`,
    );
  });
}

/** The grants on the securable itself, one for each principal. */
export function grantsOn(state: MetastoreState, { id }: Pick<Securable, "id">): Grant[] {
  const byPrincipal = new Map<string, Set<Privilege>>();
  for (const { securableId, principal, privileges } of state.grants()) {
    if (securableId !== id) continue;
    const all = byPrincipal.get(principal) ?? new Set();
    for (const one of privileges) all.add(one);
    byPrincipal.set(principal, all);
  }
  return [...byPrincipal]
    .filter(([, privileges]) => privileges.size > 0)
    .map(([principal, privileges]) => ({
      securableId: id,
      principal,
      privileges: [...privileges].toSorted(),
    }));
}
