import { freePorts } from "../free-ports.ts";
import { nodeProcess, untilAnswers } from "../measured-process.ts";
import { type Contender, stopAll } from "./contender.ts";
import { ownRoutes } from "./own-routes.ts";

const { listSchemas, readFile, listDirectory, query } = ownRoutes;

export const sdkDirect: Contender = {
  name: "SDK and driver directly",
  what: "node:http with @databricks/sdk-experimental and @databricks/sql as their READMEs use them: generators, files.download, fetchAll and JSON.stringify",
  missing: () => undefined,
  routes: {
    listSchemas,
    readFile,
    // The SDK gives all pages of a listing together.
    listDirectory: () => listDirectory(0),
    // `files.upload` of the SDK stores nothing (docs/sdk-transport.md, SDK 4), and the driver's rows are objects: JSON alone.
    query: (sql, format) => (format === "json" ? query(sql, format) : undefined),
  },
  async start(upstream, folder) {
    const [port = 0] = await freePorts(1);
    const server = nodeProcess({
      name: "sdk",
      file: new URL("./sdk-server.ts", import.meta.url),
      env: {
        PORT: String(port),
        DATABRICKS_HOST: upstream.origin,
        DATABRICKS_TOKEN: upstream.token,
        DATABRICKS_WAREHOUSE_ID: upstream.warehouseId,
        ...(upstream.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: upstream.caFile }),
      },
      folder,
    });
    const origin = `http://127.0.0.1:${port}`;
    await untilAnswers(`${origin}/health`, [server], { everyMs: 5 });
    return { origin, processes: [server], stop: () => stopAll([server]) };
  },
};
