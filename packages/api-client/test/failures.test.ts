import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Stack, startStack, tokens, volume } from "@front-door/api/test/start-stack";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { arrowBatches, cellReader } from "../src/arrow.ts";
import { createClient, type FrontDoor, FrontDoorError } from "../src/index.ts";
import { allOf } from "./all-of.ts";
import { allTypesSql } from "./all-types-sql.ts";
import { type CuttingProxy, startCuttingProxy } from "./cutting-proxy.ts";

let stack: Stack;
let frontDoor: FrontDoor;
let proxy: CuttingProxy | undefined;
beforeAll(async () => {
  stack = await startStack();
  frontDoor = createClient({ baseUrl: stack.url });
  // Loads the driver, which takes a while.
  await frontDoor.executeQuery({ sql: "SELECT 1" });
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});

const catalogs = "/api/2.1/unity-catalog/catalogs";

async function clientThroughProxy(...cutAfterBytes: number[]): Promise<FrontDoor> {
  proxy = await startCuttingProxy(stack.port, cutAfterBytes);
  return createClient({ baseUrl: proxy.url });
}

async function failureOf(call: PromiseLike<unknown>): Promise<FrontDoorError> {
  try {
    await call;
  } catch (error) {
    expect(error).toBeInstanceOf(FrontDoorError);
    return error as FrontDoorError;
  }
  throw new Error("The call did not fail.");
}

describe("a failure", () => {
  it("has all that the front door's envelope says", async () => {
    const error = await failureOf(frontDoor.listSchemas({ catalog: "" }));
    expect(error).toMatchObject({
      name: "FrontDoorError",
      code: "INVALID_PARAMETER_VALUE",
      status: 400,
      retryable: false,
      outcome: undefined,
      details: [{ field: "catalog" }],
    });
    expect(stack.log.api.some((line) => line["request_id"] === error.requestId)).toBe(true);
  });

  it("of HEAD, whose reply has no body, has a code of its status", async () => {
    const error = await failureOf(frontDoor.fileMetadata({ path: `${volume}/nothing.txt` }));
    expect([error.code, error.status]).toEqual(["NOT_FOUND", 404]);
    expect(error.requestId).toBeDefined();
  });

  it("is repeated if it is retryable, after Retry-After", async () => {
    stack.workspace.addFault({
      path: catalogs,
      status: 429,
      headers: { "retry-after": "1" },
      body: {},
      times: 1,
    });
    const before = performance.now();
    expect((await frontDoor.listCatalogs()).catalogs?.length).toBeGreaterThan(0);
    expect(performance.now() - before).toBeGreaterThan(990);
  });

  it("is repeated no more often than the caller wants", async () => {
    stack.workspace.addFault({ path: catalogs, status: 503, body: {} });
    const times = async (retries: number) => {
      const seen = stack.log.api.length;
      await failureOf(frontDoor.listCatalogs({}, { retries }));
      return stack.log.api.slice(seen).filter((line) => line["path"] === "/api/catalogs").length;
    };
    expect([await times(0), await times(1)]).toEqual([1, 2]);
  });

  it("that asks to wait longer than half a minute is the caller's to repeat", async () => {
    stack.workspace.addFault({ path: catalogs, status: 429, headers: { "retry-after": "40" }, body: {} });
    expect((await failureOf(frontDoor.listCatalogs())).retryAfterMs).toBe(40_000);
  });

  it("of unknown outcome is never repeated", async () => {
    stack.workspace.addFault({ method: "DELETE", noReply: "reset", afterRun: true });
    await frontDoor.upload(`${volume}/once.txt`, "x");
    const error = await failureOf(frontDoor.deleteFile({ path: `${volume}/once.txt` }));
    expect([error.outcome, error.retryable]).toEqual(["unknown", false]);
    expect(stack.workspace.requests().filter(({ method }) => method === "DELETE")).toHaveLength(1);
  });

  it("without a connection is retryable", async () => {
    const closed = await startCuttingProxy(stack.port, []);
    await closed.close();
    const nobody = createClient({ baseUrl: closed.url, retries: 0 });
    for (const call of [
      nobody.me(),
      nobody.createDirectory({ path: volume }),
      nobody.executeQuery({ sql: "SELECT 1" }),
    ]) {
      expect(await failureOf(call)).toMatchObject({ code: "CONNECTION_FAILED", status: 0, retryable: true });
    }
  });

  it("of the connection after the request was sent has an unknown outcome, if the call changes something", async () => {
    const cutAtOnce = await clientThroughProxy(0, 0, 0, 0);
    const error = await failureOf(cutAtOnce.deleteFile({ path: `${volume}/a.txt` }));
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", retryable: false, outcome: "unknown" });
    expect(proxy?.connections()).toBe(1);
    expect(await failureOf(cutAtOnce.me())).toMatchObject({ retryable: true, outcome: undefined });
    expect(proxy?.connections()).toBe(4);
  });
});

describe("a credential that cannot be a header", () => {
  const secret = "fdk_SECRET1\nfdk_SECRET2";
  const baseUrl = "http://127.0.0.1:9";
  it.each([
    ["apiKey", createClient({ baseUrl, apiKey: secret })],
    ["apiKey", createClient({ baseUrl, apiKey: "fdk_SECRET\u{1f511}" })],
    ["token", createClient({ baseUrl, token: async () => secret })],
    ['headers["x-more"]', createClient({ baseUrl, headers: { "x-more": secret } })],
  ])("is refused without being shown: %s", async (option, client) => {
    const expected = new TypeError(`${option} must be one line of visible ASCII`);
    await expect(client.me()).rejects.toEqual(expected);
    await expect(client.upload(`${volume}/never.txt`, "x")).rejects.toEqual(expected);
  });

  it("may end with the newline of its file", async () => {
    const client = createClient({ baseUrl: stack.url, token: `${tokens.bob}\n` });
    expect(JSON.stringify(await client.me())).toContain("bob@example.com");
  });
});

describe("a reply that is not the front door's", () => {
  it.each([
    [200, "text/html", "<html>Sign in</html>", {}],
    [302, "text/html", "", { location: "https://login.example.com" }],
    [404, "text/html", "<html>Nothing here</html>", {}],
  ])("is refused: %i %s", async (status, type, body, headers) => {
    const server = createServer((_req, res) => {
      res.writeHead(status, { "content-type": type, ...headers });
      res.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const elsewhere = createClient({ baseUrl: `http://127.0.0.1:${port}`, apiKey: "a-key" });
    expect(await failureOf(elsewhere.me())).toMatchObject({ code: "INVALID_REPLY", retryable: false });
    expect(await failureOf(elsewhere.executeQuery({ sql: "SELECT 1" }).stream())).toMatchObject({
      code: expect.stringMatching(/INVALID_REPLY|REPLY_CUT/),
    });
    server.close();
  });
});

describe("an abort", () => {
  it("rejects with its own reason, whatever is under way", async () => {
    stack.workspace.addFault({ path: catalogs, noReply: "silent" });
    const silent = frontDoor.listCatalogs({}, { signal: AbortSignal.timeout(50) });
    await expect(silent).rejects.toMatchObject({ name: "TimeoutError" });
    stack.workspace.clearFaults();
    stack.workspace.addFault({ path: catalogs, status: 429, headers: { "retry-after": "20" }, body: {} });
    const waiting = frontDoor.listCatalogs({}, { signal: AbortSignal.timeout(300) });
    await expect(waiting).rejects.toMatchObject({ name: "TimeoutError" });
    const early = frontDoor.me({}, { signal: AbortSignal.abort(new Error("never")) });
    await expect(early).rejects.toThrow("never");
  });

  it("ends a stream of rows, and the statement", async () => {
    const controller = new AbortController();
    const rows = frontDoor.executeQuery(
      { sql: "SELECT id FROM range(0, 5000000)" },
      { signal: controller.signal },
    );
    const reading = (async () => {
      for await (const _row of rows) controller.abort(new Error("seen enough"));
    })();
    await expect(reading).rejects.toThrow("seen enough");
    await expect.poll(() => stack.workspace.openStatements()).toBe(0);
  });
});

describe("a result that is cut", () => {
  const sql = "SELECT id, repeat('x', 100) AS t FROM range(0, 50000)";

  // Of what is left of it, compressed.
  it.each([5_000, 50_000])("never looks whole as rows: after %i bytes", async (bytes) => {
    const cut = await clientThroughProxy(bytes);
    const rows = cut.executeQuery({ sql }, { retries: 0 });
    expect(await failureOf(allOf(rows))).toMatchObject({ code: "REPLY_CUT", retryable: false });
  });

  it("never looks whole as rows if a proxy ends the connection in order", async () => {
    const whole = await (
      await fetch(`${stack.url}/api/query`, {
        method: "POST",
        headers: { accept: "application/x-ndjson", "content-type": "application/json" },
        body: JSON.stringify({ sql: "SELECT id FROM range(0, 3)" }),
      })
    ).text();
    const lines = whole.trimEnd().split("\n");
    expect(lines).toHaveLength(5);
    for (let kept = 0; kept < lines.length; kept++) {
      const body = lines
        .slice(0, kept)
        .map((line) => `${line}\n`)
        .join("");
      const part = createClient({ baseUrl: stack.url, fetch: async () => new Response(body) });
      expect(await failureOf(allOf(part.executeQuery({ sql })))).toMatchObject({ code: "REPLY_CUT" });
    }
    const all = createClient({ baseUrl: stack.url, fetch: async () => new Response(whole) });
    expect(await allOf(all.executeQuery({ sql }))).toEqual([[0], [1], [2]]);
  });

  it("never looks whole as Arrow, wherever it is cut", async () => {
    const reply = await fetch(`${stack.url}/api/query`, {
      method: "POST",
      headers: { accept: "application/vnd.apache.arrow.stream", "content-type": "application/json" },
      body: JSON.stringify({ sql: "SELECT id FROM range(0, 3)" }),
    });
    const whole = new Uint8Array(await reply.arrayBuffer());
    const batchesOf = (body: Uint8Array) => {
      const part = createClient({ baseUrl: stack.url, fetch: async () => new Response(body.slice()) });
      return allOf(arrowBatches(part.executeQuery({ sql })));
    };
    for (let length = 0; length < whole.length; length += length > whole.length - 20 ? 1 : 7) {
      expect(await failureOf(batchesOf(whole.subarray(0, length)))).toMatchObject({ code: "REPLY_CUT" });
    }
    expect((await batchesOf(whole)).map(({ numRows }) => numRows)).toEqual([3]);
  });

  it.each([20_000, 1_000_000])(
    "throws what broke the connection, as Arrow: after %i bytes",
    async (bytes) => {
      const cut = await clientThroughProxy(bytes);
      const error = await failureOf(allOf(arrowBatches(cut.executeQuery({ sql }))));
      expect(error.code).toBe("REPLY_CUT");
      expect(error.cause).toBeInstanceOf(Error);
    },
  );

  it("throws the error that Databricks had after the first rows", async () => {
    stack.workspace.addFault({
      thriftMethod: "FetchResults",
      nth: 3,
      thriftStatus: { errorMessage: "out of luck" },
    });
    const error = await failureOf(allOf(frontDoor.executeQuery({ sql })));
    expect(error).toMatchObject({ code: "UPSTREAM_ERROR", status: 502, requestId: expect.any(String) });
  });
});

describe("a result as Arrow", () => {
  it("has the same exact values as NDJSON", async () => {
    const rows = await allOf(frontDoor.executeQuery({ sql: allTypesSql }));
    const read: unknown[][] = [];
    for await (const batch of arrowBatches(frontDoor.executeQuery({ sql: allTypesSql }))) {
      const cells = batch.schema.fields.map((_, column) => cellReader(batch, column));
      for (let row = 0; row < batch.numRows; row++) read.push(cells.map((cell) => cell(row)));
    }
    expect(read).toEqual(rows);
  });

  it("is cancelled at Databricks by whoever stops reading", async () => {
    for await (const _ of arrowBatches(frontDoor.executeQuery({ sql: "SELECT id FROM range(0, 5000000)" })))
      break;
    await expect.poll(() => stack.workspace.openStatements()).toBe(0);
  });
});
