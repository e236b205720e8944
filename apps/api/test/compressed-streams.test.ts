import type { Readable } from "node:stream";
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createZstdDecompress,
  gunzipSync,
  zstdDecompressSync,
} from "node:zlib";
import { request } from "undici";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rawRequest } from "./raw-request.ts";
import { at, type Stack, startStack, volume } from "./start-stack.ts";

const decoders = {
  zstd: { whole: zstdDecompressSync, stream: createZstdDecompress },
  br: { whole: brotliDecompressSync, stream: createBrotliDecompress },
  gzip: { whole: gunzipSync, stream: createGunzip },
};
type Encoding = keyof typeof decoders;
const encodings = Object.keys(decoders) as Encoding[];

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  // Loads the driver, which takes a while.
  await stack.call("POST", "/api/query", { json: { sql: "SELECT 1" } });
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
});

const sqlOf = (rows: number) => `SELECT id, repeat('x', 200) AS t FROM range(0, ${rows})`;

const query = (accept: string, headers: Record<string, string>, rows = 5_000) =>
  stack.call("POST", "/api/query", {
    headers: { accept, ...headers },
    json: { sql: sqlOf(rows), row_limit: rows },
  });

const open = (encoding: string, rows: number) =>
  request(`${stack.url}/api/query`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/x-ndjson",
      "accept-encoding": encoding,
    },
    body: JSON.stringify({ sql: sqlOf(rows) }),
  });

describe.each(encodings)("with Accept-Encoding: %s", (encoding) => {
  const accepted = { "accept-encoding": encoding };

  it.each(["application/json", "application/x-ndjson"])(
    "a query in %s has the same bytes, in a tenth of the size",
    async (accept) => {
      const [plain, encoded] = [await query(accept, {}), await query(accept, accepted)];
      expect(plain.headers).not.toHaveProperty("content-encoding");
      expect(encoded.headers["content-encoding"]).toBe(encoding);
      expect(encoded.headers["vary"]).toMatch(/\bAccept\b.*\bAccept-Encoding\b/);
      expect(decoders[encoding].whole(encoded.bytes).equals(plain.bytes)).toBe(true);
      expect(encoded.bytes.length).toBeLessThan(plain.bytes.length / 10);
    },
  );

  it("a preview and a listing of a tree have the same bytes", async () => {
    const preview = "/api/tables/preview?catalog=samples&schema=nyctaxi&name=trips&row_limit=20";
    for (const path of [preview, at("/api/directories/tree", volume)]) {
      const plain = await stack.call("GET", path);
      const encoded = await stack.call("GET", path, { headers: accepted });
      expect(encoded.headers["content-encoding"]).toBe(encoding);
      expect(decoders[encoding].whole(encoded.bytes).toString()).toBe(plain.text);
    }
  });

  it("the first rows arrive while Databricks has not sent the next ones", async () => {
    stack.workspace.addFault({ thriftMethod: "FetchResults", nth: 2, delayMs: 60_000 });
    const { body } = await open(encoding, 25_000);
    const decoded = body.pipe(decoders[encoding].stream());
    // The last of the rows that the workspace sends at first: no encoder keeps it back until there are more.
    const rows = await firstText(decoded, "\n[10239,");
    expect(rows).toMatch(/^\{"columns":/);
    body.on("error", () => undefined).destroy();
    await expect.poll(() => stack.workspace.openStatements()).toBe(0);
  });

  it("a result that breaks off is an error for fetch, and its last bytes do not end the encoding", async () => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json", ...accepted },
      body: JSON.stringify({ sql: sqlOf(25_000), row_limit: 25_000 }),
    };
    stack.workspace.addFault({ thriftMethod: "FetchResults", nth: 2, status: 500 });
    const reply = await fetch(`${stack.url}/api/query`, init);
    expect(reply.headers.get("content-encoding")).toBe(encoding);
    await expect(reply.arrayBuffer()).rejects.toThrow("terminated");

    stack.workspace.addFault({ thriftMethod: "FetchResults", nth: 2, status: 500 });
    const { body } = await request(`${stack.url}/api/query`, { ...init, method: "POST" });
    const pieces: Buffer[] = [];
    await expect(
      (async () => {
        for await (const piece of body) pieces.push(Buffer.from(piece as Uint8Array));
      })(),
    ).rejects.toThrow(/closed|terminated|reset|aborted/);
    expect(() => decoders[encoding].whole(Buffer.concat(pieces))).toThrow(
      /unexpected end of file|Decompression failed|ZSTD|Src size/i,
    );
  });
});

it("an Arrow stream is sent as it is", async () => {
  const reply = await query("application/vnd.apache.arrow.stream", { "accept-encoding": "zstd, br, gzip" });
  expect([reply.status, reply.headers["content-encoding"]]).toEqual([200, undefined]);
});

it("of all encodings, the fastest is taken", async () => {
  const reply = await query("application/json", { "accept-encoding": "gzip, deflate, br, zstd" });
  expect(reply.headers["content-encoding"]).toBe("zstd");
});

it("a HEAD has the headers and no body", async () => {
  const path = "/api/tables/preview?catalog=samples&schema=nyctaxi&name=trips";
  const head = ["Host: localhost", "Accept-Encoding: gzip", "Connection: close", "", ""].join("\r\n");
  const reply = await rawRequest(stack.port, `HEAD ${path} HTTP/1.1\r\n${head}`);
  expect(reply.text).toMatch(/content-encoding: gzip/i);
  expect(reply.body).toBe("");
});

/** The text of the stream until it contains `end`. */
async function firstText(stream: Readable, end: string): Promise<string> {
  let all = "";
  for await (const piece of stream.iterator({ destroyOnReturn: false })) {
    all += String(piece);
    if (all.includes(end)) return all;
  }
  throw new Error(`the stream ended without ${JSON.stringify(end)}`);
}
