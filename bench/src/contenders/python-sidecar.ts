import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { freePorts } from "../free-ports.ts";
import { MeasuredProcess, nodeProcess, untilAnswers } from "../measured-process.ts";
import { peers } from "../peers.ts";
import { type Contender, stopAll } from "./contender.ts";
import { ownRoutes } from "./own-routes.ts";

const { query: _, ...routes } = ownRoutes;

export const pythonSidecar: Contender = {
  name: "Python sidecar",
  what: "Express → FastAPI on uvicorn (uvloop, httptools, one worker) → databricks-sdk: our design as it is usually done",
  missing: () =>
    existsSync(peers.python) ? undefined : "its Python packages are not there: ./scripts/bench.sh --install",
  // The SDK gives all pages of a listing together.
  routes: { ...routes, listDirectory: () => ownRoutes.listDirectory(0) },
  async start(upstream, folder) {
    const [port = 0, sidecarPort = 0] = await freePorts(2);
    const sidecar = new MeasuredProcess({
      name: "uvicorn",
      command: peers.python,
      args: `-m uvicorn sidecar:app --host 127.0.0.1 --port ${sidecarPort} --log-level warning`.split(" "),
      cwd: fileURLToPath(new URL("../../python", import.meta.url)),
      env: {
        PYTHONDONTWRITEBYTECODE: "1",
        DATABRICKS_HOST: upstream.origin,
        DATABRICKS_TOKEN: upstream.token,
        ...(upstream.caFile === undefined ? {} : { REQUESTS_CA_BUNDLE: upstream.caFile }),
      },
      folder,
    });
    const sidecarOrigin = `http://127.0.0.1:${sidecarPort}`;
    const front = nodeProcess({
      name: "express",
      file: new URL("./python-front.ts", import.meta.url),
      env: { PORT: String(port), SIDECAR: sidecarOrigin },
      folder,
    });
    const processes = [front, sidecar];
    const origin = `http://127.0.0.1:${port}`;
    await untilAnswers(`${sidecarOrigin}/health`, processes, { everyMs: 5 });
    await untilAnswers(`${origin}/health`, processes, { everyMs: 5 });
    return { origin, processes, stop: () => stopAll(processes) };
  },
};
