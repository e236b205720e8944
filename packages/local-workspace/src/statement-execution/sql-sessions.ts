import { z } from "zod";
import { type Call, type Route, readJson } from "../http/call.ts";
import { json } from "../http/reply.ts";
import { usableWarehouse } from "../sql/usable-warehouse.ts";
import type { Workspace } from "../workspace.ts";

const sessionSchema = z.object({
  warehouse_id: z.string().default(""),
  catalog: z.string().optional(),
  schema: z.string().optional(),
  session_confs: z.record(z.string(), z.string()).default({}),
});

/** Sessions as the drivers use them over the Statement Execution API: the JDBC driver has the warehouse in the path. */
export function sqlSessions({ seed, sql }: Workspace): Route[] {
  const { sessions } = sql.statements;
  const open = async ({ req, principal, params }: Call) => {
    const body = await readJson(req, sessionSchema);
    const warehouseId = params.warehouse ?? body.warehouse_id;
    usableWarehouse(seed, warehouseId, principal);
    const session_id = await sessions.open(
      { principal: principal.name, warehouseId },
      { catalog: body.catalog || undefined, schema: body.schema || undefined },
      body.session_confs,
    );
    return json({ session_id });
  };
  const end = async ({ principal, params: { id = "" } }: Call) => {
    await sessions.end(sessions.find(principal.name, id));
    return json({});
  };
  return ["/api/2.0/sql/sessions", "/api/2.0/sql/warehouses/:warehouse/sessions"].flatMap((all): Route[] => [
    { method: "POST", pattern: all, handle: open },
    { method: "DELETE", pattern: `${all}/:id`, handle: end },
  ]);
}
