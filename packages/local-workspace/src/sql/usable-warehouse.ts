import { ApiError, permissionDenied } from "../http/api-error.ts";
import type { Principal } from "../identity/principals.ts";
import type { Seed } from "../state/seed.ts";

/** Throws 404 if the warehouse does not exist, and 403 if the principal may not use it. */
export function usableWarehouse(seed: Seed, id: string, principal: Principal): void {
  const found = seed.warehouses.find((one) => one.id === id);
  if (found === undefined) {
    // The id is the caller's own text, and may not fit into a header.
    const headers = { "x-databricks-reason-phrase": "SQL warehouse does not exist." };
    const message = `SQL warehouse ${id} does not exist.`;
    throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", message, { headers });
  }
  if (!principal.admin && found.users !== undefined && !found.users.includes(principal.name)) {
    throw permissionDenied(`${principal.name} does not have CAN_USE permissions on SQL warehouse ${id}.`);
  }
}
