import { getWorkspaceClient } from "../../auth/auth-context.ts";
import type { Handler } from "../handler.ts";
import { allWarehouses } from "./all-warehouses.ts";

export const listWarehouses: Handler<"list_warehouses"> = async (_params, { signal }) => {
  return { warehouses: await allWarehouses(getWorkspaceClient(), signal) };
};
