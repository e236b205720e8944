import { z } from "zod";
import { WAREHOUSE_STATES } from "../sql/warehouse-states.ts";
import type { Workspace } from "../workspace.ts";

export const warehouseChangeSchema = z.strictObject({ id: z.string(), state: z.enum(WAREHOUSE_STATES) });

/** Throws RangeError for a warehouse that does not exist. */
export function setWarehouseState(
  { seed, sql }: Pick<Workspace, "seed" | "sql">,
  { id, state }: z.infer<typeof warehouseChangeSchema>,
): void {
  if (!seed.warehouses.some((one) => one.id === id))
    throw new RangeError(`SQL warehouse ${id} does not exist.`);
  sql.states.set(id, state);
}
