import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../free-ports.ts";
import { nodeProcess, untilAnswers } from "../measured-process.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import { type Contender, type Running, stopAll } from "./contender.ts";
import { ownRoutes } from "./own-routes.ts";

const root = new URL("../../../", import.meta.url);
const secret = "a-secret-of-the-bench-0123456789";

/** Both processes as the start script starts them, but without the script, which takes no part in a request. */
export const frontDoor: Contender = {
  name: "front door",
  what: "this repository: apps/api and apps/databricks-gateway, with a Unix socket between them, as the start script runs them",
  missing: () => undefined,
  routes: ownRoutes,
  start: (upstream, folder) => startFrontDoor(upstream, folder),
};

/** The same for a service whose callers prefer a refusal to a wait. */
export const frontDoorBounded: Contender = {
  ...frontDoor,
  name: "front door, CALLS_MAX=64",
  what: "the same with `CALLS_MAX=64`; the default of 256 serves bursts",
  start: (upstream, folder) => startFrontDoor(upstream, folder, () => ({ env: { CALLS_MAX: "64" } })),
};

interface Extra {
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** `extra` returns what a process gets in addition to its settings. */
export async function startFrontDoor(
  upstream: Pick<Upstream, "origin" | "token" | "warehouseId" | "caFile">,
  folder: string,
  extra: (name: string) => Extra = () => ({}),
): Promise<Running> {
  const [port = 0] = await freePorts(1);
  // Mode 0700: the gateway refuses a socket in a folder that others can enter.
  const own = mkdtempSync(join(folder, "front-door-"));
  const settings = join(own, "settings.env");
  writeFileSync(settings, "");
  const shared = {
    // Every request must take the socket, so there is no port.
    GATEWAY_PORT: "off",
    GATEWAY_SOCKET: join(own, "gateway.sock"),
    GATEWAY_SECRET: secret,
    // The load generator is one caller who stands for all.
    CALLER_SHARE_PERCENT: "100",
    // As in the start script.
    NODE_COMPILE_CACHE: join(folder, "compile-cache"),
  };
  const gatewayExtra = extra("databricks-gateway");
  const gateway = nodeProcess({
    name: "databricks-gateway",
    nodeArgs: gatewayExtra.nodeArgs ?? [],
    file: new URL("apps/databricks-gateway/src/server.ts", root),
    env: {
      ...shared,
      DATABRICKS_HOST: upstream.origin,
      DATABRICKS_TOKEN: upstream.token,
      DATABRICKS_WAREHOUSE_ID: upstream.warehouseId,
      ...(upstream.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: upstream.caFile }),
      ...gatewayExtra.env,
    },
    folder,
  });
  const apiExtra = extra("api");
  const api = nodeProcess({
    name: "api",
    nodeArgs: apiExtra.nodeArgs ?? [],
    file: new URL("apps/api/src/server.ts", root),
    env: { ...shared, PORT: String(port), SETTINGS_FILE: settings, ...apiExtra.env },
    folder,
  });
  const processes = [api, gateway];
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswers(`${origin}/ready`, processes, { everyMs: 5 });
  return { origin, processes, stop: () => stopAll(processes) };
}
