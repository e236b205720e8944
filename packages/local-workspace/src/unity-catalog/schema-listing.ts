import { invalidParameter } from "../http/api-error.ts";
import type { Call } from "../http/call.ts";
import { type Page, pageOf } from "../http/paging.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import type { OfKind, Securable } from "../state/securables.ts";
import { findSchema } from "./lookup.ts";
import { Privileges } from "./privileges.ts";

/** One page of a schema's tables or volumes, those that the caller can see; 403 when not even the schema. */
export function pageInSchema<K extends "table" | "volume">(
  state: MetastoreState,
  call: Call,
  kind: K,
  size: number | undefined,
): Page<OfKind<K>> {
  const catalogName = call.query.get("catalog_name");
  const schemaName = call.query.get("schema_name");
  if (catalogName === null || schemaName === null) {
    throw invalidParameter(
      `Missing required field: ${catalogName === null ? "catalog_name" : "schema_name"}`,
    );
  }
  const schema = findSchema(state, `${catalogName}.${schemaName}`);
  const rights = new Privileges(state, call.principal);
  for (const one of state.ancestry(schema).toReversed()) rights.requireSight(one);
  const visible = state.children(schema.id, kind).filter((one) => rights.sees(one));
  return pageOf(call, `${kind} ${schema.id}`, visible, nameOf, size);
}

function nameOf(securable: Securable): string {
  return securable.name;
}
