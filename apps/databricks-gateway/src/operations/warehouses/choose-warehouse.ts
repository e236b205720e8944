import { OperationError, throwNotRun } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import type { WorkspaceClient } from "../../auth/workspace-client.ts";
import { isWarehouseGone, tellsOfGoneWarehouse } from "../../sql/warehouse-state.ts";
import { allWarehouses } from "./list-warehouses.ts";

const keptMs = 5 * 60_000;
const gone = new Set(["DELETED", "DELETING"]);

const chosen = new WeakMap<WorkspaceClient, { readonly path: string; readonly at: number }>();

interface Warehouse {
  readonly httpPath: string;
  /** Whether another one may be chosen if this one is stopped or gone. */
  readonly mayMove: boolean;
}

/**
 * Runs `statement` on the configured warehouse, else on the one that was chosen: the first running one that the identity may
 * use, else the first one, which Databricks starts. If the chosen one turns out to be stopped or deleted, chooses again, once.
 * Throws RESOURCE_DOES_NOT_EXIST if there is none.
 */
export async function onWarehouse<Result>(
  signal: AbortSignal,
  statement: (warehouse: Warehouse) => Promise<Result>,
): Promise<Result> {
  const client = getWorkspaceClient();
  const configured = client.warehousePath;
  if (configured !== undefined) return statement({ httpPath: configured, mayMove: false });
  const httpPath = await chosenPath(client, signal);
  try {
    return await statement({ httpPath, mayMove: true });
  } catch (error) {
    if (!isOfWarehouse(error)) throw error;
    chosen.delete(client);
    return statement({ httpPath: await chosenPath(client, signal), mayMove: false });
  }
}

/** Whether the warehouse is gone or stopped, and the statement surely did not run there. */
function isOfWarehouse(error: unknown): boolean {
  if (!(error instanceof OperationError) || error.code === "STATEMENT_FAILED") return false;
  if (error.status >= 500 && !error.surelyNotRun) return false;
  if (error.status === 404) return true;
  // A refusal over REST has Databricks' own words; the driver's failure, which became this error, is its cause.
  return error.status < 500 ? tellsOfGoneWarehouse(error.message) : isWarehouseGone(error.cause);
}

async function chosenPath(client: WorkspaceClient, signal: AbortSignal): Promise<string> {
  const kept = chosen.get(client);
  if (kept !== undefined && Date.now() - kept.at < keptMs) return kept.path;
  // No statement was sent yet.
  const path = await choose(signal).catch(throwNotRun);
  chosen.set(client, { path, at: Date.now() });
  return path;
}

async function choose(signal: AbortSignal): Promise<string> {
  const warehouses = (await allWarehouses(signal)).filter(({ state }) => !gone.has(String(state)));
  const warehouse = warehouses.find(({ state }) => state === "RUNNING") ?? warehouses[0];
  if (warehouse?.id !== undefined) return `/sql/1.0/warehouses/${encodeURIComponent(warehouse.id)}`;
  throw new OperationError(
    "RESOURCE_DOES_NOT_EXIST",
    "This identity may use no SQL warehouse: grant it CAN USE on one.",
  );
}

/** The id in a warehouse's path, for the Statement Execution API. Throws NOT_IMPLEMENTED for an all-purpose cluster. */
export function warehouseIdOf(path: string): string {
  const [, id] = /^\/sql\/1\.0\/(?:warehouses|endpoints)\/([^/?]+)/.exec(path) ?? [];
  if (id !== undefined) return decodeURIComponent(id);
  throw new OperationError(
    "NOT_IMPLEMENTED",
    "Statements need a SQL warehouse, but the configured HTTP path is that of a cluster.",
  );
}
