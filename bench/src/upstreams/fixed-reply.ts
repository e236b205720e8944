// A workspace that answers at once and always the same, so that what is measured is the way to it. Arguments: its port.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";

const slowMs = 100;
/** What a real service does under load: more callers than it takes at once have to wait. */
const slowAtOnceMax = 64;
const pageEntries = 1_000;
const listedEntries = 10_000;
const piece = Buffer.alloc(256 * 1024, "front door ");

/** About 200 bytes each. */
function schema(index: number): object {
  return {
    name: `schema_${index}`,
    full_name: `main.schema_${index}`,
    catalog_name: "main",
    owner: "alice@example.com",
    comment: "What the schema is for",
    created_at: 1_763_800_000_000,
    updated_at: 1_763_800_000_000,
  };
}

const small = jsonOf({ schemas: [schema(1)] });
const large = jsonOf({ schemas: Array.from({ length: 105 }, (_, index) => schema(index)) });
const pages = Array.from(
  { length: listedEntries / pageEntries },
  (_, page, last = listedEntries / pageEntries - 1) =>
    jsonOf({
      contents: Array.from({ length: pageEntries }, (_, index) => ({
        path: `/Volumes/main/default/files/many/file-${page}-${index}.csv`,
        name: `file-${page}-${index}.csv`,
        is_directory: false,
        file_size: 123_456,
        last_modified: 1_763_800_000_000,
      })),
      ...(page < last ? { next_page_token: String(page + 1) } : {}),
    }),
);

let requests = 0;
let connections = 0;
let slowRunning = 0;
const slowWaiting: (() => void)[] = [];

function jsonOf(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function sendJson(res: ServerResponse, body: Buffer, status = 200): void {
  res.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  res.end(body);
}

async function slowly(res: ServerResponse, atOnceMax: number): Promise<void> {
  if (slowRunning >= atOnceMax) await new Promise<void>((resolve) => slowWaiting.push(resolve));
  slowRunning += 1;
  await delay(slowMs);
  slowRunning -= 1;
  slowWaiting.shift()?.();
  sendJson(res, small);
}

/** `…/12345-anything`: a file of 12,345 bytes. */
function fileBytes(pathname: string): number {
  return Number(/\/(\d+)-[^/]*$/.exec(pathname)?.[1] ?? 0);
}

function sendFile(req: IncomingMessage, res: ServerResponse, bytes: number): void {
  res.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": bytes,
    "last-modified": "Sat, 22 Nov 2025 10:00:00 GMT",
  });
  if (req.method === "HEAD") {
    res.end();
    return;
  }
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const next = left < piece.length ? piece.subarray(0, left) : piece;
      left -= next.length;
      if (!res.write(next)) {
        res.once("drain", more);
        return;
      }
    }
    res.end();
  };
  more();
}

const server = createServer({ requestTimeout: 0, keepAliveTimeout: 70_000 }, (req, res) => {
  const { pathname, searchParams } = new URL(req.url ?? "/", "http://upstream");
  if (pathname === "/stats") {
    sendJson(res, jsonOf({ requests, connections }));
    return;
  }
  requests += 1;
  if (pathname === "/api/2.1/unity-catalog/schemas") {
    const catalog = searchParams.get("catalog_name");
    if (catalog === "large") sendJson(res, large);
    else if (catalog === "slow") void slowly(res, Number.POSITIVE_INFINITY);
    else if (catalog === "busy") void slowly(res, slowAtOnceMax);
    else sendJson(res, small);
  } else if (pathname.startsWith("/api/2.0/fs/files/")) {
    if (req.method === "PUT") req.on("end", () => res.writeHead(204).end()).resume();
    else sendFile(req, res, fileBytes(pathname));
  } else if (pathname.startsWith("/api/2.0/fs/directories/")) {
    sendJson(res, pages[Number(searchParams.get("page_token") ?? 0)] ?? jsonOf({}));
  } else if (pathname === "/api/2.0/preview/scim/v2/Me") {
    // AppKit asks before it listens.
    sendJson(res, jsonOf({ id: "1", userName: "bench@example.com", active: true }));
  } else if (pathname === "/health") {
    sendJson(res, jsonOf({}));
  } else {
    req.resume();
    sendJson(res, jsonOf({ error_code: "NOT_FOUND", message: "There is nothing here." }), 404);
  }
});
server.on("connection", () => {
  connections += 1;
});
const { values } = parseArgs({ options: { port: { type: "string" } } });
server.listen(Number(values.port), "127.0.0.1", 1_024);
