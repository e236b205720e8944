import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../free-ports.ts";
import { nodeProcess, untilAnswers } from "../measured-process.ts";
import { appkitVersion, peers } from "../peers.ts";
import { type Contender, filesFolder, stopAll } from "./contender.ts";

/** Statements are files there; the key of one is the file's name. */
const statements: Readonly<Record<string, string>> = { one: "SELECT 1 AS one" };

export const appkit: Contender = {
  name: "AppKit",
  what: `@databricks/appkit ${appkitVersion}: its analytics and files plugins in its own server, one process, cache off, telemetry off`,
  missing: () => (existsSync(peers.appkit) ? undefined : "it is not there: ./scripts/bench.sh --install"),
  routes: {
    readFile: (name) => ({ method: "GET", path: `/api/files/files/download?path=${name}` }),
    writeFile: (name, bodyBytes) => ({
      method: "POST",
      path: `/api/files/files/upload?path=${name}`,
      headers: { "content-type": "application/octet-stream" },
      bodyBytes,
    }),
    query: (sql, format) => {
      const key = Object.keys(statements).find((name) => statements[name] === sql);
      if (key === undefined || format !== "json") return undefined;
      return {
        method: "POST",
        path: `/api/analytics/query/${key}`,
        headers: { "content-type": "application/json", accept: "text/event-stream" },
        body: JSON.stringify({ parameters: {}, format: "JSON_ARRAY" }),
      };
    },
  },
  async start(upstream, folder) {
    const [port = 0] = await freePorts(1);
    const cwd = join(folder, `appkit-${port}`);
    mkdirSync(join(cwd, "config", "queries"), { recursive: true });
    for (const [name, sql] of Object.entries(statements)) {
      writeFileSync(join(cwd, "config", "queries", `${name}.sql`), sql);
    }
    const server = nodeProcess({
      name: "appkit",
      file: new URL("./appkit-server.ts", import.meta.url),
      cwd,
      env: {
        PORT: String(port),
        APPKIT: peers.appkit,
        NODE_ENV: "production",
        DATABRICKS_HOST: upstream.origin,
        DATABRICKS_TOKEN: upstream.token,
        DATABRICKS_WAREHOUSE_ID: upstream.warehouseId,
        DATABRICKS_WORKSPACE_ID: "1",
        DATABRICKS_VOLUME_FILES: filesFolder,
        DISABLE_APPKIT_INTERNAL_TELEMETRY: "true",
        DO_NOT_TRACK: "1",
        DISABLE_REMOTE_SERVING: "true",
        ...(upstream.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: upstream.caFile }),
      },
      folder,
    });
    const origin = `http://127.0.0.1:${port}`;
    await untilAnswers(`${origin}/health`, [server]);
    return { origin, processes: [server], stop: () => stopAll([server]) };
  },
};
