import { OperationError, throwNotRun, whyNotReading } from "@front-door/operations";
import { isWarehouseAllowed, mayServeUnnamed } from "@front-door/policy";
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

type ListingContext = Parameters<typeof allWarehouses>[0];

interface StatementToRun {
  readonly sql: string;
  /** The warehouse that the caller named. */
  readonly warehouse_id?: string | undefined;
}

/**
 * Runs `statement` on the warehouse that the caller named, else on the configured one, else on the one that was
 * chosen: the first running one that the identity and the policies allow, else the first one, which Databricks starts. If that one turns out to be stopped or deleted, chooses again, once.
 * A statement that may write moves only if it surely did not run, or if the listing says too that the warehouse is gone: any
 * other 4xx can come from something in front of Databricks, after the statement ran. Throws RESOURCE_DOES_NOT_EXIST if there is none.
 */
export async function onWarehouse<Result>(
  { sql, warehouse_id }: StatementToRun,
  context: ListingContext,
  statement: (warehouse: Warehouse) => Promise<Result>,
): Promise<Result> {
  const client = getWorkspaceClient();
  const fixed = warehouse_id === undefined ? configuredPath(client, context) : pathOf(warehouse_id);
  if (fixed !== undefined) return statement({ httpPath: fixed, mayMove: false });
  const httpPath = await chosenPath(client, context);
  try {
    return await statement({ httpPath, mayMove: true });
  } catch (error) {
    if (!isOfWarehouse(error)) throw error;
    // The next request chooses anew in any case.
    chosen.delete(client);
    if (!isSurelyNotRun(error) && whyNotReading(sql) !== undefined && !(await isGone(httpPath, context)))
      throw error;
    return statement({ httpPath: await chosenPath(client, context), mayMove: false });
  }
}

/** That of the configured warehouse; undefined if there is none, or if it may not serve this caller. */
function configuredPath({ warehousePath: path }: WorkspaceClient, { policies }: ListingContext) {
  return path !== undefined && mayServeUnnamed(policies, idIn(path)) ? path : undefined;
}

/** Whether the warehouse is gone or stopped, and the statement did not run there. */
function isOfWarehouse(error: unknown): boolean {
  if (!(error instanceof OperationError) || error.code === "STATEMENT_FAILED") return false;
  if (error.status >= 500 && !error.surelyNotRun) return false;
  if (error.status === 404) return true;
  // A refusal over REST has Databricks' own words; the driver's failure, which became this error, is its cause.
  return error.status < 500 ? tellsOfGoneWarehouse(error.message) : isWarehouseGone(error.cause);
}

function isSurelyNotRun(error: unknown): boolean {
  return error instanceof OperationError && error.surelyNotRun;
}

/** Whether the listing says that the warehouse was deleted. False if nobody knows. */
async function isGone(path: string, context: ListingContext): Promise<boolean> {
  const warehouses = await allWarehouses(context).catch(() => undefined);
  if (warehouses === undefined) return false;
  const warehouse = warehouses.find(({ id }) => id === warehouseIdOf(path));
  return warehouse === undefined || gone.has(String(warehouse.state));
}

async function chosenPath(client: WorkspaceClient, context: ListingContext): Promise<string> {
  const kept = chosen.get(client);
  // Another caller of the same identity may have another choice.
  const isMine = kept !== undefined && isWarehouseAllowed(context.policies, warehouseIdOf(kept.path));
  if (isMine && Date.now() - kept.at < keptMs) return kept.path;
  // No statement was sent yet.
  const path = await choose(context).catch(throwNotRun);
  chosen.set(client, { path, at: Date.now() });
  return path;
}

async function choose(context: ListingContext): Promise<string> {
  const warehouses = (await allWarehouses(context)).filter(({ state }) => !gone.has(String(state)));
  const warehouse = warehouses.find(({ state }) => state === "RUNNING") ?? warehouses[0];
  if (warehouse?.id !== undefined) return pathOf(warehouse.id);
  throw new OperationError(
    "RESOURCE_DOES_NOT_EXIST",
    "There is no SQL warehouse that this identity may use here: grant it CAN USE on one.",
  );
}

function pathOf(warehouseId: string): string {
  return `/sql/1.0/warehouses/${encodeURIComponent(warehouseId)}`;
}

/** The id in a warehouse's path, for the Statement Execution API. Throws NOT_IMPLEMENTED for an all-purpose cluster. */
export function warehouseIdOf(path: string): string {
  const id = idIn(path);
  if (id !== undefined) return id;
  throw new OperationError(
    "NOT_IMPLEMENTED",
    "Statements need a SQL warehouse, but the configured HTTP path is that of a cluster.",
  );
}

function idIn(path: string): string | undefined {
  const [, id] = /^\/sql\/1\.0\/(?:warehouses|endpoints)\/([^/?]+)/.exec(path) ?? [];
  return id === undefined ? undefined : decodeURIComponent(id);
}
