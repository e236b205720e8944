// The SDK's and the driver's public methods behind node:http, as their READMEs use them: no validation, no log.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { WorkspaceClient } from "@databricks/sdk-experimental";
import type * as Driver from "@databricks/sql";

const {
  PORT,
  DATABRICKS_HOST: host = "",
  DATABRICKS_TOKEN: token = "",
  DATABRICKS_WAREHOUSE_ID: warehouseId = "",
} = process.env;
const workspace = new WorkspaceClient({ host, token, authType: "pat" });

async function allOf<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

let session: Promise<Awaited<ReturnType<Driver.DBSQLClient["openSession"]>>> | undefined;
async function openSession() {
  const { DBSQLClient } = createRequire(import.meta.url)("@databricks/sql") as typeof Driver;
  const client = new DBSQLClient({ logger: { log: () => undefined } });
  const { hostname, port } = new URL(host);
  await client.connect({
    host: hostname,
    port: Number(port),
    path: `/sql/1.0/warehouses/${warehouseId}`,
    token,
    telemetryEnabled: false,
  });
  return client.openSession();
}

async function query(sql: string): Promise<string> {
  session ??= openSession();
  const operation = await (await session).executeStatement(sql);
  const rows = await operation.fetchAll();
  await operation.close();
  return JSON.stringify(rows);
}

function sendJson(res: ServerResponse, text: string): void {
  const body = Buffer.from(text);
  res.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  res.end(body);
}

async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(req.url ?? "/", "http://here");
  if (pathname === "/api/schemas") {
    const schemas = await allOf(workspace.schemas.list({ catalog_name: searchParams.get("catalog") ?? "" }));
    sendJson(res, JSON.stringify({ schemas }));
  } else if (pathname === "/api/directories") {
    const directory_path = searchParams.get("path") ?? "";
    const contents = await allOf(workspace.files.listDirectoryContents({ directory_path }));
    sendJson(res, JSON.stringify({ contents }));
  } else if (pathname === "/api/files") {
    const { contents } = await workspace.files.download({ file_path: searchParams.get("path") ?? "" });
    res.writeHead(200, { "content-type": "application/octet-stream" });
    if (contents === undefined) res.end();
    else await pipeline(Readable.fromWeb(contents as ReadableStream), res);
  } else if (pathname === "/api/query") {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const { sql } = JSON.parse(Buffer.concat(chunks).toString()) as { sql: string };
    sendJson(res, await query(sql));
  } else {
    sendJson(res, "{}");
  }
}

createServer({ requestTimeout: 0 }, (req, res) => {
  serve(req, res).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    res.destroy();
  });
}).listen(Number(PORT), "127.0.0.1", 1_024);
