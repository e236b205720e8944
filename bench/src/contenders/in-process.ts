import { freePorts } from "../free-ports.ts";
import { nodeProcess, untilAnswers } from "../measured-process.ts";
import { type Contender, stopAll } from "./contender.ts";
import { ownRoutes } from "./own-routes.ts";

const { query: _, ...routes } = ownRoutes;

export const inProcess: Contender = {
  name: "in-process Express",
  what: "one Express app with the same definitions, helmet and access log that calls the workspace by undici: no sidecar, the credentials in the process that faces the network",
  missing: () => undefined,
  routes,
  async start(upstream, folder) {
    const [port = 0] = await freePorts(1);
    const server = nodeProcess({
      name: "express",
      file: new URL("./in-process-server.ts", import.meta.url),
      env: { PORT: String(port), DATABRICKS_HOST: upstream.origin, DATABRICKS_TOKEN: upstream.token },
      folder,
    });
    const origin = `http://127.0.0.1:${port}`;
    await untilAnswers(`${origin}/health`, [server], { everyMs: 5 });
    return { origin, processes: [server], stop: () => stopAll([server]) };
  },
};
