import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../free-ports.ts";
import { nodeProcess, untilAnswers } from "../measured-process.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import { type Contender, type Running, stopAll } from "./contender.ts";
import { ownRoutes } from "./own-routes.ts";

const root = new URL("../../../", import.meta.url);
const secret = "a-secret-of-the-bench-0123456789";

/** Both processes as the start script starts them, without the script: it takes no part in a request. */
export const frontDoor: Contender = {
  name: "front door",
  what: "this repository: apps/api and apps/databricks-gateway",
  missing: () => undefined,
  routes: ownRoutes,
  start: (upstream, folder) => startFrontDoor(upstream, folder),
};

/** The same with a Unix socket between the two, for an installation on one host. */
export const frontDoorSocket: Contender = {
  ...frontDoor,
  name: "front door, Unix socket",
  what: "the same with `GATEWAY_SOCKET` set",
  start: (upstream, folder) => {
    const sockets = mkdtempSync(join(folder, "socket-"));
    return startFrontDoor(upstream, folder, () => ({
      env: { GATEWAY_SOCKET: join(sockets, "gateway.sock") },
    }));
  },
};

/** The same for a service whose callers would sooner be refused than wait. */
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

/** `extra`: what a process gets beside its settings. */
export async function startFrontDoor(
  upstream: Upstream,
  folder: string,
  extra: (name: string) => Extra = () => ({}),
): Promise<Running> {
  const [port = 0, gatewayPort = 0] = await freePorts(2);
  const shared = {
    GATEWAY_PORT: String(gatewayPort),
    GATEWAY_SECRET: secret,
    // As the start script has it.
    NODE_COMPILE_CACHE: join(folder, "compile-cache"),
  };
  const settings = join(folder, `front-door-${port}`);
  mkdirSync(settings);
  writeFileSync(join(settings, "settings.env"), "");
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
    env: { ...shared, PORT: String(port), SETTINGS_FILE: join(settings, "settings.env"), ...apiExtra.env },
    folder,
  });
  const processes = [api, gateway];
  const origin = `http://127.0.0.1:${port}`;
  await untilAnswers(`${origin}/ready`, processes, { everyMs: 5 });
  return { origin, processes, stop: () => stopAll(processes) };
}
