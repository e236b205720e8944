import { freePorts } from "../free-ports.ts";
import { nodeProcess, untilAnswers } from "../measured-process.ts";
import { type Contender, stopAll } from "./contender.ts";
import { databricksRoutes } from "./databricks-routes.ts";

export const bareProxy: Contender = {
  name: "bare node:http, two hops",
  what: "two processes of node:http alone, one behind the other, that pass bytes on: no route, no validation, no log. A limit, not a product",
  missing: () => undefined,
  routes: databricksRoutes,
  async start(upstream, folder) {
    const [first = 0, second = 0] = await freePorts(2);
    const file = new URL("./bare-proxy-server.ts", import.meta.url);
    const start = (name: string, port: number, target: string) =>
      nodeProcess({ name, file, folder, env: { PORT: String(port), TARGET: target, TOKEN: upstream.token } });
    const processes = [
      start("proxy 1", first, `http://127.0.0.1:${second}`),
      start("proxy 2", second, upstream.origin),
    ];
    const origin = `http://127.0.0.1:${first}`;
    await untilAnswers(`${origin}/health`, processes);
    return { origin, processes, stop: () => stopAll(processes) };
  },
};
