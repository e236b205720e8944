import { ApiError } from "../http/api-error.ts";
import type { MetastoreState } from "../state/metastore-state.ts";
import { type Kind, type OfKind, type Securable, TITLES } from "../state/securables.ts";
import { nameParts } from "./names.ts";

/** Each throws Databricks' 404 for the first part of the name that is missing. Names are matched lower-cased. */
export function findCatalog(state: MetastoreState, name: string): OfKind<"catalog"> {
  const found = state.child(state.metastoreId, "catalog", name.toLowerCase());
  return found ?? missing("catalog", name);
}

export function findSchema(state: MetastoreState, fullName: string): OfKind<"schema"> {
  const [catalog = "", schema = ""] = nameParts("schema", fullName, 2);
  return state.child(findCatalog(state, catalog).id, "schema", schema) ?? missing("schema", fullName);
}

export function findInSchema<K extends "table" | "volume">(
  state: MetastoreState,
  kind: K,
  fullName: string,
): OfKind<K> {
  const [catalog = "", schema = "", name = ""] = nameParts(kind, fullName, 3);
  const parent = findSchema(state, `${catalog}.${schema}`);
  return state.child(parent.id, kind, name) ?? missing(kind, fullName);
}

/** 400 and not 409: databrickslabs/ucx catches the SDK's BadRequest for "already exists" (its pull request 2077). */
export function requireFree(
  state: MetastoreState,
  kind: Kind,
  parentId: string,
  name: string,
  self?: Securable,
): void {
  const found = state.child(parentId, kind, name);
  if (found === undefined || found.id === self?.id) return;
  const fullName = state.fullName(found);
  throw aboutSecurable(400, `${kind.toUpperCase()}_ALREADY_EXISTS`, kind, fullName, "already exists");
}

function missing(kind: Kind, fullName: string): never {
  throw aboutSecurable(404, `${kind.toUpperCase()}_DOES_NOT_EXIST`, kind, fullName, "does not exist.");
}

function aboutSecurable(status: number, code: string, kind: Kind, fullName: string, what: string): ApiError {
  return new ApiError(status, code, `${TITLES[kind]} '${fullName}' ${what}`, {
    info: {
      reason: code,
      domain: "unity-catalog.databricks.com",
      metadata: { resourceType: TITLES[kind], resourceIdentifier: fullName },
    },
  });
}
