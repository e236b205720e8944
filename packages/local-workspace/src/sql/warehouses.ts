import type { IncomingMessage } from "node:http";
import { ApiError } from "../http/api-error.ts";
import type { Route } from "../http/call.ts";
import { json } from "../http/reply.ts";
import type { Seed } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";

/** `/api/2.0/sql/warehouses`: the warehouses of the seed, which everyone can see. */
export function warehouses(workspace: Workspace): Route[] {
  const all = "/api/2.0/sql/warehouses";
  const present = (req: IncomingMessage, warehouse: Seed["warehouses"][number]) => {
    const { hostname, port } = new URL(workspace.origin(req));
    return {
      ...warehouse,
      num_clusters: warehouse.state === "RUNNING" ? 1 : 0,
      num_active_sessions: 0,
      users: undefined,
      jdbc_url: undefined,
      odbc_params: {
        hostname,
        path: `/sql/1.0/warehouses/${warehouse.id}`,
        protocol: "https",
        port: Number(port),
      },
    };
  };
  return [
    {
      method: "GET",
      pattern: all,
      handle: ({ req }) => json({ warehouses: workspace.seed.warehouses.map((one) => present(req, one)) }),
    },
    {
      method: "GET",
      pattern: `${all}/:id`,
      handle: ({ req, params }) => {
        const found = workspace.seed.warehouses.find((one) => one.id === params.id);
        if (found !== undefined) return json(present(req, found));
        throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `SQL warehouse ${params.id} does not exist.`);
      },
    },
  ];
}
