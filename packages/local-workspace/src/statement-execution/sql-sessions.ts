import { z } from "zod";
import { type Route, readJson } from "../http/call.ts";
import { json } from "../http/reply.ts";
import { usableWarehouse } from "../sql/usable-warehouse.ts";
import type { Workspace } from "../workspace.ts";

const sessionSchema = z.object({
  warehouse_id: z.string().default(""),
  catalog: z.string().optional(),
  schema: z.string().optional(),
  session_confs: z.record(z.string(), z.string()).default({}),
});

/** `/api/2.0/sql/sessions`, as the drivers use it over the Statement Execution API. */
export function sqlSessions({ seed, sql }: Workspace): Route[] {
  const all = "/api/2.0/sql/sessions";
  return [
    {
      method: "POST",
      pattern: all,
      handle: async ({ req, principal }) => {
        const body = await readJson(req, sessionSchema);
        usableWarehouse(seed, body.warehouse_id, principal);
        const session_id = await sql.statements.sessions.open(
          { principal: principal.name, warehouseId: body.warehouse_id },
          { catalog: body.catalog || undefined, schema: body.schema || undefined },
          body.session_confs,
        );
        return json({ session_id });
      },
    },
    {
      method: "DELETE",
      pattern: `${all}/:id`,
      handle: async ({ principal, params: { id = "" } }) => {
        const { sessions } = sql.statements;
        await sessions.end(sessions.find(principal.name, id));
        return json({});
      },
    },
  ];
}
