import { ApiError, invalidParameter } from "../http/api-error.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import { KINDS, type Kind, lineage, type OfKind, type Securable } from "../state/securables.ts";
import { INFORMATION_SCHEMA_NAME, SYSTEM_CATALOG } from "../state/system-state.ts";

/** The names of what every metastore, and every catalog, has by itself. */
const RESERVED: Partial<Record<Kind, string>> = { catalog: SYSTEM_CATALOG, schema: INFORMATION_SCHEMA_NAME };

/** The securable at these names, catalog first. Throws Databricks' 404 for the first name that does not exist. */
export function findSecurable<K extends Kind>(
  state: MetastoreState,
  kind: K,
  names: readonly string[],
): OfKind<K> {
  const found = state.at(kind, names);
  if (found !== undefined) return found;
  const { parent } = KINDS[kind];
  if (parent !== undefined) findSecurable(state, parent, names.slice(0, -1));
  throw aboutSecurable(404, "DOES_NOT_EXIST", kind, names.join("."), "does not exist.");
}

/** The names in `catalog.schema.table`. Throws 400 unless there are as many as the kind has. */
export function splitFullName(kind: Kind, fullName: string): string[] {
  const form = lineage(kind);
  if (form.length === 1) return [fullName];
  const names = fullName.split(".");
  if (names.length === form.length && !names.includes("")) return names;
  throw invalidParameter(`The ${kind} name "${fullName}" must have the form ${form.join(".")}.`);
}

/**
 * Throws if another securable than `self` has the name. The status is 400 and not 409: databrickslabs/ucx catches the
 * SDK's BadRequest for "already exists" (its pull request 2077).
 */
export function requireFree(
  state: MetastoreState,
  kind: Kind,
  parentId: string,
  name: string,
  self?: Securable,
): void {
  if (RESERVED[kind] === name.toLowerCase())
    throw aboutSecurable(400, "ALREADY_EXISTS", kind, name.toLowerCase(), "already exists");
  const found = state.child(parentId, kind, name);
  if (found === undefined || found.id === self?.id) return;
  throw aboutSecurable(400, "ALREADY_EXISTS", kind, state.fullName(found), "already exists");
}

/** An error about one securable, with Databricks' code (`TABLE_…`), words and ErrorInfo. */
export function aboutSecurable(
  status: number,
  problem: "ALREADY_EXISTS" | "DOES_NOT_EXIST" | "NOT_EMPTY",
  kind: Kind,
  fullName: string,
  words: string,
): ApiError {
  const { title } = KINDS[kind];
  const code = `${kind.toUpperCase()}_${problem}`;
  return new ApiError(status, code, `${title} '${fullName}' ${words}`, {
    info: {
      reason: code,
      domain: "unity-catalog.databricks.com",
      metadata: { resourceType: title, resourceIdentifier: fullName },
    },
  });
}
