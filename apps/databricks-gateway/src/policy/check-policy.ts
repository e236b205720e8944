import { formatVolumePath, OperationError, type OperationName, operations } from "@front-door/operations";
import { foldName } from "./fold-name.ts";
import type { Policy } from "./policy.ts";
import type { Reach } from "./reach.ts";
import { whyNotReading } from "./reading-statement.ts";
import { isInside, touchesSchema, touchesVolume } from "./volume-root.ts";

/** Throws OPERATION_NOT_ALLOWED for an operation that is not on the list. */
export function checkOperationAllowed(policy: Policy, name: OperationName): void {
  if (policy.operations !== undefined && !policy.operations.has(name)) {
    throw notAllowed(`${name} is not allowed here`);
  }
}

/**
 * As whom the operation may run. Throws UNAUTHENTICATED where a token is needed and missing, and IDENTITY_NOT_ALLOWED
 * where the gateway's own identity is needed and a token was brought: neither is ever taken for the other.
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

/** Throws OPERATION_NOT_ALLOWED, naming what is not allowed, for an operation that reaches further than the policy. */
export function checkReach(policy: Policy, name: OperationName, reach: Reach): void {
  checkMutation(policy, name, reach);
  switch (reach.kind) {
    case "nothing":
    case "catalogs":
      return;
    case "catalog":
    case "schema":
    case "table":
      return checkCatalog(policy, reach.catalog);
    case "volumes":
      checkCatalog(policy, reach.catalog);
      return checkRoots(policy, `the volumes of ${reach.catalog}.${reach.schema}`, (root) =>
        touchesSchema(root, reach.catalog, reach.schema),
      );
    case "volume": {
      checkCatalog(policy, reach.catalog);
      const { catalog, schema, volume } = reach;
      // All of the volume, so a root inside it is not enough.
      return checkRoots(policy, `the volume ${catalog}.${schema}.${volume}`, (root) =>
        isInside(root, { catalog, schema, volume, segments: [] }),
      );
    }
    case "path":
      checkCatalog(policy, reach.path.catalog);
      return checkRoots(policy, `the path ${formatVolumePath(reach.path)}`, (root) =>
        isInside(root, reach.path),
      );
    case "sql":
      checkSqlConfined(policy);
      return checkReading(policy, reach.sql);
    case "statement":
      return checkSqlConfined(policy);
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

function checkMutation({ readOnly }: Policy, name: OperationName, { kind }: Reach): void {
  // A statement is judged by its text, and one that was let through may be cancelled.
  if (kind === "sql" || kind === "statement") return;
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
    "SQL is not allowed here: this installation is confined to some catalogs or volumes, and the text of a statement can name any",
  );
}

function checkReading({ readOnly }: Policy, sql: string): void {
  const why = readOnly ? whyNotReading(sql) : undefined;
  if (why !== undefined) {
    throw notAllowed(`this installation is read-only, and the statement does not surely only read: ${why}`);
  }
}

function notAllowed(message: string): OperationError {
  return new OperationError("OPERATION_NOT_ALLOWED", message);
}
