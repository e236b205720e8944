import type { Handler } from "../handler.ts";
import { allWarehouses } from "./all-warehouses.ts";

export const listWarehouses: Handler<"list_warehouses"> = async (_params, { signal }) => {
  return { warehouses: await allWarehouses(signal) };
};
