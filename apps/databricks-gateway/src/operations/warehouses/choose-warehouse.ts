import { OperationError } from "@front-door/operations";
import { getWorkspaceClient } from "../../auth/auth-context.ts";
import type { WorkspaceClient } from "../../auth/workspace-client.ts";
import { allWarehouses } from "./all-warehouses.ts";

const keptMs = 5 * 60_000;
const gone = new Set(["DELETED", "DELETING"]);

const chosen = new WeakMap<WorkspaceClient, { readonly path: string; readonly at: number }>();

/**
 * The HTTP path of the warehouse that statements run on: the configured one, else the first that runs of those that the
 * identity may use, else the first of them, which Databricks starts. Throws RESOURCE_DOES_NOT_EXIST when there is none.
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
      "There is no SQL warehouse that this identity may use.",
    );
  }
  const path = `/sql/1.0/warehouses/${encodeURIComponent(warehouse.id)}`;
  chosen.set(client, { path, at: Date.now() });
  return path;
}

/** The id in a warehouse's path, as the Statement Execution API wants it. Throws for an all-purpose cluster. */
export function warehouseIdOf(path: string): string {
  const [, id] = /^\/sql\/1\.0\/(?:warehouses|endpoints)\/([^/?]+)/.exec(path) ?? [];
  if (id !== undefined) return decodeURIComponent(id);
  throw new OperationError(
    "NOT_IMPLEMENTED",
    "Statements need a SQL warehouse; the configured path is a cluster's.",
  );
}
