import { OperationError } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import type { WorkspaceClient } from "../../auth/workspace-client.ts";
import { allWarehouses } from "./list-warehouses.ts";

const keptMs = 5 * 60_000;
const gone = new Set(["DELETED", "DELETING"]);

const chosen = new WeakMap<WorkspaceClient, { readonly path: string; readonly at: number }>();

/**
 * The HTTP path of the warehouse that statements run on: the configured one, else the first running one that the identity may
 * use, else the first one, which Databricks starts. Throws RESOURCE_DOES_NOT_EXIST if there is none.
 */
export async function chooseWarehouse(signal: AbortSignal): Promise<string> {
  const client = getWorkspaceClient();
  if (client.warehousePath !== undefined) return client.warehousePath;
  const kept = chosen.get(client);
  if (kept !== undefined && Date.now() - kept.at < keptMs) return kept.path;
  const warehouses = (await allWarehouses(signal)).filter(({ state }) => !gone.has(String(state)));
  const warehouse = warehouses.find(({ state }) => state === "RUNNING") ?? warehouses[0];
  if (warehouse?.id === undefined) {
    throw new OperationError(
      "RESOURCE_DOES_NOT_EXIST",
      "This identity may use no SQL warehouse: grant it CAN USE on one.",
    );
  }
  const path = `/sql/1.0/warehouses/${encodeURIComponent(warehouse.id)}`;
  chosen.set(client, { path, at: Date.now() });
  return path;
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
