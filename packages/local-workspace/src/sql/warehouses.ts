import type { IncomingMessage } from "node:http";
import { ApiError } from "../http/api-error.ts";
import type { Call, Route } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Seed } from "../state/seed.ts";
import type { Workspace } from "../workspace.ts";
import { usableWarehouse } from "./usable-warehouse.ts";

type Warehouse = Seed["warehouses"][number];

/**
 * `/api/2.0/sql/warehouses`: the warehouses of the seed, which everyone can see.
 */
export function warehouses(workspace: Workspace): Route[] {
  const all = "/api/2.0/sql/warehouses";
  const { states } = workspace.sql;
  const present = (req: IncomingMessage, warehouse: Warehouse) => {
    const { hostname, port } = new URL(workspace.origin(req));
    const state = states.of(warehouse.id);
    return {
      ...warehouse,
      state,
      num_clusters: state === "RUNNING" ? 1 : 0,
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
  const change = ({ params: { id = "" }, principal }: Call, how: "start" | "stop"): Reply => {
    usableWarehouse(workspace.seed, id, principal);
    states[how](id);
    return json({});
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
    { method: "POST", pattern: `${all}/:id/start`, handle: (call) => change(call, "start") },
    { method: "POST", pattern: `${all}/:id/stop`, handle: (call) => change(call, "stop") },
  ];
}
