import type { MetastoreState } from "../state/metastore-state.ts";
import { type Securable, TITLES } from "../state/securables.ts";

/** The fields that every securable shows, in Databricks' names. */
export function describe(state: MetastoreState, securable: Securable): Record<string, unknown> {
  return {
    name: securable.name,
    full_name: state.fullName(securable),
    owner: securable.owner,
    comment: securable.comment,
    properties: securable.properties,
    metastore_id: state.metastoreId,
    created_at: securable.createdAt,
    created_by: securable.createdBy,
    updated_at: securable.updatedAt,
    updated_by: securable.updatedBy,
    securable_type: TITLES[securable.kind].toUpperCase(),
    browse_only: false,
  };
}

/** What a new securable has whoever makes it: the maker owns it. */
export function newSecurable(id: string, parentId: string, name: string, owner: string) {
  const now = Date.now();
  return { id, parentId, name, owner, createdAt: now, createdBy: owner, updatedAt: now, updatedBy: owner };
}
