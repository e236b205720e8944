import {
  formatVolumePath,
  OperationError,
  type OperationName,
  operations,
  type Target,
} from "@front-door/operations";
import { foldName } from "./fold-name.ts";
import type { Policy } from "./policy.ts";
import { whyNotReading } from "./reading-statement.ts";
import { isInside, touchesSchema, touchesVolume } from "./volume-root.ts";

/** Throws OPERATION_NOT_ALLOWED for an operation that the policy does not list. */
export function checkOperationAllowed(policy: Policy, name: OperationName): void {
  if (policy.operations !== undefined && !policy.operations.has(name)) {
    throw notAllowed(`${name} is not allowed here`);
  }
}

/**
 * Throws UNAUTHENTICATED where the operation runs only as its caller and there is no token, and IDENTITY_NOT_ALLOWED where
 * it runs only as the gateway and there is one. Neither identity ever takes the place of the other.
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

/** Throws OPERATION_NOT_ALLOWED, naming what is not allowed, for a target outside of what the policy allows. */
export function checkTarget(policy: Policy, name: OperationName, target: Target): void {
  checkMutation(policy, name, target);
  switch (target.kind) {
    case "nothing":
      return;
    case "securable":
      return checkSecurable(policy, target);
    case "path":
      checkCatalog(policy, target.path.catalog);
      return checkRoots(policy, `the path ${formatVolumePath(target.path)}`, (root) =>
        isInside(root, target.path),
      );
    case "sql":
      checkSqlConfined(policy);
      return checkReading(policy, target.sql);
    case "resource":
      return isSql(target) ? checkSqlConfined(policy) : undefined;
  }
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
  return (
    volumeRoots === undefined || volumeRoots.some((root) => touchesVolume(root, catalog, schema, volume))
  );
}

function checkSecurable(policy: Policy, target: Extract<Target, { kind: "securable" }>): void {
  const { type, schema = "", name } = target;
  const catalog = type === "catalog" ? name : target.catalog;
  // The listing of catalogs, which leaves out those that are not allowed.
  if (catalog === undefined) return;
  checkCatalog(policy, catalog);
  if (type !== "volume") return;
  if (name === undefined) {
    // The listing leaves out the volumes that are not allowed.
    return checkRoots(policy, `the volumes of ${catalog}.${schema}`, (root) =>
      touchesSchema(root, catalog, schema),
    );
  }
  // All of the volume, so a root inside it is not enough.
  return checkRoots(policy, `the volume ${catalog}.${schema}.${name}`, (root) =>
    isInside(root, { catalog, schema, volume: name, segments: [] }),
  );
}

/** Whether it is a statement: its text, or one that was submitted before. */
function isSql(target: Target): boolean {
  return target.kind === "sql" || (target.kind === "resource" && target.type === "statement");
}

function checkMutation({ readOnly }: Policy, name: OperationName, target: Target): void {
  // A statement is judged by its text, and one that was allowed may be cancelled.
  if (isSql(target)) return;
  if (readOnly && operations[name].kind === "mutation") {
    throw notAllowed(`${name} changes something, and this installation is read-only`);
  }
}

function checkCatalog(policy: Policy, catalog: string): void {
  if (!isCatalogAllowed(policy, catalog)) throw notAllowed(`the catalog ${catalog} is not allowed here`);
}

function checkRoots(
  { volumeRoots }: Policy,
  what: string,
  fits: (root: NonNullable<Policy["volumeRoots"]>[number]) => boolean,
): void {
  if (volumeRoots !== undefined && !volumeRoots.some(fits)) throw notAllowed(`${what} is not allowed here`);
}

function checkSqlConfined({ catalogs, volumeRoots, allowUnconfinedSql }: Policy): void {
  if ((catalogs === undefined && volumeRoots === undefined) || allowUnconfinedSql) return;
  throw notAllowed(
    "SQL is not allowed here: this installation is confined to some catalogs or volumes, and a statement can name any",
  );
}

function checkReading({ readOnly }: Policy, sql: string): void {
  const why = readOnly ? whyNotReading(sql) : undefined;
  if (why !== undefined) {
    throw notAllowed(`this installation is read-only, and the statement may write: ${why}`);
  }
}

function notAllowed(message: string): OperationError {
  return new OperationError("OPERATION_NOT_ALLOWED", message);
}
