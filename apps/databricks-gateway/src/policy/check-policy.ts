import {
  type FrontDoorOperation,
  formatVolumePath,
  frontDoorOperations,
  OperationError,
  type OperationName,
  operations,
  type Target,
  type VolumePath,
  whyNotReading,
} from "@front-door/operations";
import type { Policy } from "./policy.ts";
import { foldName, isInside, touchesSchema, touchesVolume, type VolumeRoot } from "./volume-root.ts";

/** Throws OPERATION_NOT_ALLOWED for an operation that the policy does not list. */
export function checkOperationAllowed(policy: Policy, name: OperationName | FrontDoorOperation): void {
  if (policy.operations !== undefined && !policy.operations.has(name)) {
    throw notAllowed(`${name} is not allowed here`);
  }
}

/** Throws OPERATION_NOT_ALLOWED for what the front door may not do itself here. */
export function checkFrontDoorOperation(policy: Policy, name: FrontDoorOperation): void {
  checkOperationAllowed(policy, name);
  if (policy.readOnly && frontDoorOperations[name] === "mutation") throw readOnly(name);
}

/**
 * Throws UNAUTHENTICATED where the operation runs only as its caller and has no token, and IDENTITY_NOT_ALLOWED where it
 * runs only as the gateway and has one. Neither identity ever takes the place of the other.
 */
export function checkIdentityAllowed(policy: Policy, name: OperationName, hasToken: boolean): void {
  const rule = policy.identity[name];
  if (rule === "user" && !hasToken) {
    throw new OperationError(
      "UNAUTHENTICATED",
      `${name} runs only as its caller here: bring a Databricks token`,
    );
  }
  if (rule === "service" && hasToken) {
    throw new OperationError(
      "IDENTITY_NOT_ALLOWED",
      `${name} runs only as the gateway's own identity here: leave the token out`,
    );
  }
}

/** Throws OPERATION_NOT_ALLOWED, with the name of what is not allowed, for a target that the policy excludes. */
export function checkTarget(policy: Policy, name: OperationName, target: Target): void {
  // A preview is a statement about one table, which only the catalogs confine.
  if (name === "preview_table" && policy.catalogs === undefined) checkSqlConfined(policy);
  // A statement is judged by its text, and one that was allowed may be cancelled.
  const isSql = target.kind === "sql" || (target.kind === "resource" && target.type === "statement");
  if (isSql) checkSqlConfined(policy);
  else if (policy.readOnly && operations[name].kind === "mutation") {
    throw readOnly(name);
  }
  switch (target.kind) {
    case "securable":
      return checkSecurable(policy, target);
    case "path":
      return checkPath(policy, target.path);
    case "copy":
      checkPath(policy, target.source);
      return checkPath(policy, target.destination);
    case "sql":
      return checkReading(policy, target.sql);
    case "nothing":
    case "resource":
      return;
  }
}

/** Throws OPERATION_NOT_ALLOWED for a warehouse that callers may not use. */
export function checkWarehouse(policy: Policy, id: string | undefined): void {
  if (id === undefined || isWarehouseAllowed(policy, id)) return;
  throw notAllowed(`the warehouse ${id} is not allowed here`);
}

export function isWarehouseAllowed({ warehouses }: Policy, id: string): boolean {
  return warehouses === undefined || warehouses.has(id);
}

export function isCatalogAllowed({ catalogs }: Policy, catalog: string): boolean {
  return catalogs === undefined || catalogs.has(foldName(catalog));
}

export function isVolumeListed(
  { volumeRoots }: Policy,
  catalog: string,
  schema: string,
  volume: string,
): boolean {
  return volumeRoots?.some((root) => touchesVolume(root, catalog, schema, volume)) ?? true;
}

function checkSecurable(policy: Policy, target: Extract<Target, { kind: "securable" }>): void {
  const { type, schema = "", name } = target;
  // The listing of catalogs leaves out those that are not allowed.
  if (type === "catalog" && name === undefined) return;
  const catalog = (type === "catalog" ? name : target.catalog) ?? "";
  checkCatalog(policy, catalog);
  if (type !== "volume") return;
  if (name === undefined) {
    // The listing leaves out the volumes that are not allowed.
    return checkRoots(policy, `the volumes of ${catalog}.${schema}`, (root) =>
      touchesSchema(root, catalog, schema),
    );
  }
  // The volume as a whole, so a root inside it is not enough.
  return checkRoots(policy, `the volume ${catalog}.${schema}.${name}`, (root) =>
    isInside(root, { catalog, schema, volume: name, segments: [] }),
  );
}

function checkPath(policy: Policy, path: VolumePath): void {
  checkCatalog(policy, path.catalog);
  checkRoots(policy, `the path ${formatVolumePath(path)}`, (root) => isInside(root, path));
}

function checkCatalog(policy: Policy, catalog: string): void {
  if (!isCatalogAllowed(policy, catalog)) throw notAllowed(`the catalog ${catalog} is not allowed here`);
}

function checkRoots({ volumeRoots }: Policy, what: string, fits: (root: VolumeRoot) => boolean): void {
  if (volumeRoots !== undefined && !volumeRoots.some(fits)) throw notAllowed(`${what} is not allowed here`);
}

function checkSqlConfined({ catalogs, volumeRoots, allowUnconfinedSql }: Policy): void {
  if ((catalogs === undefined && volumeRoots === undefined) || allowUnconfinedSql) return;
  throw notAllowed(
    "SQL is not allowed here: a statement can name any catalog, and this installation allows only some catalogs or volumes",
  );
}

function checkReading({ readOnly, readOnlyFunctions }: Policy, sql: string): void {
  const why = readOnly ? whyNotReading(sql, readOnlyFunctions) : undefined;
  if (why !== undefined) {
    throw notAllowed(`this installation is read-only, and the statement may write: ${why}`);
  }
}

function readOnly(name: string): OperationError {
  return notAllowed(`${name} changes something, and this installation is read-only`);
}

function notAllowed(message: string): OperationError {
  return new OperationError("OPERATION_NOT_ALLOWED", message);
}
