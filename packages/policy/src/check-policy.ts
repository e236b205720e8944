import {
  type AllowableOperation,
  definitionOf,
  type FrontDoorOperation,
  formatVolumePath,
  frontDoorOperations,
  isAllowedByDefault,
  type NeededOperation,
  OperationError,
  type OperationName,
  type Target,
  type VolumePath,
  whyNotReading,
  withoutParameter,
} from "@front-door/operations";
import type { Policy } from "./policy.ts";
import { foldName, isInside, touchesSchema, touchesVolume, type VolumeRoot } from "./volume-root.ts";

const showsRows: ReadonlySet<OperationName> = new Set(["preview_table", "query_vector_search_index"]);

/** A call of an operation, as far as policies are concerned. */
export interface PolicedCall {
  readonly name: OperationName;
  readonly target: Target;
  /** Whether it runs as its caller, and not as the gateway. */
  readonly asCaller: boolean;
  /** The warehouses that the caller named, however deep in its parameters. */
  readonly warehouseIds: readonly string[];
  /** The operations whose work it does too. */
  readonly needed: readonly NeededOperation[];
}

/**
 * Throws OPERATION_NOT_ALLOWED for what the policy excludes; UNAUTHENTICATED or IDENTITY_NOT_ALLOWED for an identity as which
 * it must not run.
 */
export function checkCall(
  policy: Policy,
  { name, target, asCaller, warehouseIds, needed }: PolicedCall,
): void {
  checkOperation(policy, name, asCaller);
  for (const each of needed) checkNeeded(policy, each, asCaller);
  checkTarget(policy, target);
  for (const id of warehouseIds) checkWarehouse(policy, id);
}

/** The part of {@link checkCall} that holds whatever the parameters are: a call that it refuses can never be allowed. */
export function checkOperation(policy: Policy, name: OperationName, asCaller: boolean): void {
  checkOperationAllowed(policy, name);
  checkIdentityAllowed(policy, name, asCaller);
  const { kind, reachesAnyData, usesAnyWarehouse } = definitionOf(name);
  // A statement is judged by its text, and one that was allowed may be cancelled.
  if (isAboutStatements(name)) checkSqlConfined(policy);
  else if (policy.readOnly && kind !== "query") throw readOnly(policy, name);
  // It shows rows of one object, which only the catalogs confine.
  if (showsRows.has(name) && policy.catalogs === undefined) checkSqlConfined(policy);
  if (reachesAnyData) checkUnconfinedAllowed(policy, name, "it");
  if (usesAnyWarehouse) checkAnyWarehouseAllowed(policy, name);
}

function checkNeeded(policy: Policy, needed: NeededOperation, asCaller: boolean): void {
  try {
    checkOperation(policy, needed.operation, asCaller);
  } catch (error) {
    throw error instanceof OperationError ? error.with({}, withoutParameter(needed, error.message)) : error;
  }
}

/** Made when it is asked for: to read the examples of all operations is a tenth of a process's start. */
const statementOperations = new Map<OperationName, boolean>();

/** Whether it runs a statement, or is about one. What a target is does not depend on the parameters. */
function isAboutStatements(name: OperationName): boolean {
  const known = statementOperations.get(name);
  if (known !== undefined) return known;
  const definition = definitionOf(name);
  const example = definition.target(definition.params.parse(definition.examples[0]?.params));
  const isAbout = example.kind === "sql" || (example.kind === "resource" && example.type === "statement");
  statementOperations.set(name, isAbout);
  return isAbout;
}

/** Throws OPERATION_NOT_ALLOWED for an operation that the policy does not list. */
export function checkOperationAllowed(policy: Policy, name: AllowableOperation): void {
  if (policy.operations.has(name)) return;
  const list = policy.rule === undefined ? "ALLOWED_OPERATIONS" : "its list of operations";
  const hint = isAllowedByDefault(name) ? "" : `: ${list} must name it, as in *,${name}`;
  throw notAllowed(`${name} is not allowed ${here(policy)}${hint}`);
}

/** Throws OPERATION_NOT_ALLOWED for what the front door may not do itself here. */
export function checkFrontDoorOperation(policy: Policy, name: FrontDoorOperation): void {
  checkOperationAllowed(policy, name);
  if (policy.readOnly && frontDoorOperations[name] === "mutation") throw readOnly(policy, name);
}

/**
 * Throws UNAUTHENTICATED where the operation runs only as its caller and would run as the gateway, and IDENTITY_NOT_ALLOWED
 * where it runs only as the gateway and would run as its caller. Neither identity ever takes the place of the other.
 */
function checkIdentityAllowed(policy: Policy, name: OperationName, asCaller: boolean): void {
  const rule = policy.identity[name];
  if (rule === "user" && !asCaller) {
    throw new OperationError(
      "UNAUTHENTICATED",
      `${name} runs only as its caller ${here(policy)}, and this request brings no identity of its caller, such as a Databricks token`,
    );
  }
  if (rule === "service" && asCaller) {
    throw new OperationError(
      "IDENTITY_NOT_ALLOWED",
      `${name} runs only as the gateway ${here(policy)}, and this request brings its caller's own identity`,
    );
  }
}

/** Throws OPERATION_NOT_ALLOWED, with the name of what is not allowed, for a target that the policy excludes. */
function checkTarget(policy: Policy, target: Target): void {
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
export function checkWarehouse(policy: Policy, id: string): void {
  if (isWarehouseAllowed([policy], id)) return;
  throw notAllowed(`the warehouse ${id} is not allowed ${here(policy)}`);
}

/** Whether every policy allows the warehouse. */
export function isWarehouseAllowed(policies: readonly Policy[], id: string): boolean {
  return policies.every(({ warehouses }) => warehouses === undefined || warehouses.has(id));
}

/**
 * Whether the configured warehouse, whose id is undefined for a cluster, may serve a caller who names none. The installation's
 * own list is for those who name one; a rule means all that its callers use.
 */
export function mayServeUnnamed(policies: readonly Policy[], id: string | undefined): boolean {
  return policies
    .filter(({ rule }) => rule !== undefined)
    .every(({ warehouses }) => warehouses === undefined || (id !== undefined && warehouses.has(id)));
}

/** Whether every policy allows the catalog. */
export function isCatalogAllowed(policies: readonly Policy[], catalog: string): boolean {
  return policies.every(({ catalogs }) => catalogs === undefined || catalogs.has(foldName(catalog)));
}

/** Whether every policy allows something in the volume. */
export function isVolumeListed(
  policies: readonly Policy[],
  catalog: string,
  schema: string,
  volume: string,
): boolean {
  return policies.every(
    ({ volumeRoots }) => volumeRoots?.some((root) => touchesVolume(root, catalog, schema, volume)) ?? true,
  );
}

type SecurableTarget = Extract<Target, { kind: "securable" }>;

function checkSecurable(policy: Policy, target: SecurableTarget): void {
  const { type, schema = "", name, newName } = target;
  // The listing of catalogs leaves out those that are not allowed.
  if (type === "catalog" && name === undefined) return;
  const catalog = (type === "catalog" ? name : target.catalog) ?? "";
  checkCatalog(policy, catalog);
  if (type === "catalog" && newName !== undefined) checkCatalog(policy, newName);
  if (target.withContents) checkContents(policy, target);
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

/** Throws OPERATION_NOT_ALLOWED unless every volume in the catalog or schema is inside a root, under its new name too. */
function checkContents(policy: Policy, { type, catalog, name, newName }: SecurableTarget): void {
  if (type === "catalog") return checkRoots(policy, `all that the catalog ${name} has in it`, () => false);
  if (type !== "schema") return;
  for (const schema of [name, newName ?? name]) {
    checkRoots(
      policy,
      `all that the schema ${catalog}.${schema} has in it`,
      (root) => root.volume === undefined && touchesSchema(root, catalog ?? "", schema ?? ""),
    );
  }
}

function checkPath(policy: Policy, path: VolumePath): void {
  checkCatalog(policy, path.catalog);
  checkRoots(policy, `the path ${formatVolumePath(path)}`, (root) => isInside(root, path));
}

function checkCatalog(policy: Policy, catalog: string): void {
  if (isCatalogAllowed([policy], catalog)) return;
  throw notAllowed(`the catalog ${catalog} is not allowed ${here(policy)}`);
}

function checkRoots(policy: Policy, what: string, fits: (root: VolumeRoot) => boolean): void {
  const { volumeRoots } = policy;
  if (volumeRoots === undefined || volumeRoots.some(fits)) return;
  throw notAllowed(`${what} is not allowed ${here(policy)}`);
}

function checkSqlConfined(policy: Policy): void {
  checkUnconfinedAllowed(policy, "SQL", "a statement");
}

/** Throws OPERATION_NOT_ALLOWED for what can reach every catalog and volume, where only some are allowed. */
function checkUnconfinedAllowed(policy: Policy, what: string, actor: string): void {
  const { catalogs, volumeRoots, allowUnconfinedSql } = policy;
  if ((catalogs === undefined && volumeRoots === undefined) || allowUnconfinedSql) return;
  throw notAllowed(
    `${what} is not allowed ${here(policy)}: ${actor} can name any catalog, and ${author(policy)} allows only some catalogs or volumes`,
  );
}

/** Throws OPERATION_NOT_ALLOWED for code that can use every warehouse, such as a job, where only some are allowed. */
function checkAnyWarehouseAllowed(policy: Policy, what: string): void {
  const { warehouses, allowUnconfinedSql } = policy;
  if (warehouses === undefined || allowUnconfinedSql) return;
  throw notAllowed(
    `${what} is not allowed ${here(policy)}: it can use any warehouse, and ${author(policy)} allows only some`,
  );
}

function checkReading(policy: Policy, sql: string): void {
  const why = policy.readOnly ? whyNotReading(sql, policy.readOnlyFunctions) : undefined;
  if (why !== undefined) {
    throw notAllowed(`${author(policy)} is read-only, and the statement may write: ${why}`);
  }
}

function readOnly(policy: Policy, name: string): OperationError {
  return notAllowed(`${name} changes something, and ${author(policy)} is read-only`);
}

function author({ rule }: Policy): string {
  return rule ?? "this installation";
}

function here({ rule }: Policy): string {
  return rule === undefined ? "here" : `by ${rule}`;
}

function notAllowed(message: string): OperationError {
  return new OperationError("OPERATION_NOT_ALLOWED", message);
}
