import type { LocalWorkspace } from "@front-door/local-workspace";
import type { Dispatcher } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { arrow } from "./arrow-batch.ts";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace } from "./sql-under-test.ts";

const mebibyte = 1024 * 1024;
/** An eighth of what rows may have in truth, which shows the same. */
const limits = { rowBytesMax: 4 * mebibyte };
const tooLarge = 4_400_000;
const largest = 3_750_000;
/** Beyond all memory of streams here, so that it takes some of that for large rows: two at once would take more than there is. */
const largeRow = 3_500_000;
const as = (caller: string) => ({ headers: { "x-gateway-counted-as": caller } });
const settings = { DATABRICKS_TOKEN: tokenOf.alice, STREAM_BYTES_MAX: String(4 * mebibyte) };
const rowOf = (bytes: number) => `SELECT repeat('x', ${bytes}) AS x`;
/** Without parsing a reply so large. */
async function bytesOf(params: object): Promise<Buffer> {
  const { body } = await gateway.open("execute_query", params);
  return Buffer.from(await body.arrayBuffer());
}

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
let small: Dispatcher;

const unread: Awaited<ReturnType<GatewayUnderTest["open"]>>[] = [];
afterEach(async () => {
  for (const { body } of unread.splice(0)) body.on("error", () => undefined).destroy();
  workspace.clearRequests();
  await until(() => workspace.openRequests() === 0, "nothing is open at Databricks");
});

/** A reader that never reads. */
async function stall(caller: string, sql: string): Promise<void> {
  const reply = await gateway.open(
    "execute_query",
    { sql, format: "ndjson" },
    { ...as(caller), dispatcher: small },
  );
  unread.push(reply);
  expect(reply.statusCode).toBe(200);
}

// What is written does not depend on how it came, so each format is tried with one of the two.
describe.each([
  { how: "as they are", lz4: false, refused: ["json", "ndjson"], whole: ["json"], late: ["ndjson"] },
  { how: "compressed with LZ4", lz4: true, refused: ["arrow"], whole: ["ndjson", "arrow"], late: ["arrow"] },
])("rows that come $how:", ({ lz4, refused, whole, late }) => {
  beforeAll(async () => {
    workspace = await startSqlWorkspace({ sqlLimits: { lz4 } });
    gateway = await startGateway(workspace.url, settings, { limits });
    small = await gateway.openSmallConnections();
  });
  afterAll(async () => {
    await gateway.close();
    await workspace.close();
  });

  test.each(refused)(
    "a row larger than the gateway takes fails the query as %s and says what to do; the next query works",
    async (format) => {
      const answer = await gateway.run("execute_query", { sql: rowOf(tooLarge), format });
      expect(answer.status).toBe(400);
      expect(errorOf(answer)).toMatchObject({
        error_code: "ROW_TOO_LARGE",
        error: expect.stringMatching(/more than 4 MiB.*fewer columns.*substr\(\).*LIMIT/),
        retryable: false,
      });
      expect((await gateway.run("execute_query", { sql: "SELECT 1", format })).status).toBe(200);
    },
  );

  test.each(whole)("a row nearly as large as the gateway takes arrives complete as %s", async (format) => {
    const bytes = await bytesOf({ sql: rowOf(largest), format });
    const text = format === "arrow" ? arrow.tableFromIPC(bytes).get(0).x : bytes.toString();
    expect(text.lastIndexOf("xx") - text.indexOf("xx") + 2).toBe(largest);
  });

  test.each(late)(
    "after rows that were sent, one that is too large breaks the result off (%s)",
    async (format) => {
      const sql = `SELECT if(id = 60000, repeat('x', ${tooLarge}), 'a') AS x FROM range(0, 60001)`;
      const { statusCode, body } = await gateway.open("execute_query", { sql, format });
      expect(statusCode).toBe(200);
      if (format === "arrow") await expect(body.arrayBuffer()).rejects.toBeInstanceOf(Error);
      else {
        const last = (await body.text()).trimEnd().split("\n").at(-1) ?? "";
        expect(JSON.parse(last).error_code).toBe("ROW_TOO_LARGE");
      }
      expect((await gateway.run("execute_query", { sql: "SELECT 1" })).status).toBe(200);
    },
  );

  test("large rows that nobody reads leave others their memory, for small results and large rows alike", async () => {
    // As it came, a row takes more than decompressed until it is known how large it is.
    for (let index = 0; index < (lz4 ? 2 : 1); index++) await stall("alice", rowOf(largest));
    const late = { sql: rowOf(largest), timeout_ms: 8_000 };
    const refused = await gateway.run("execute_query", late, as("alice"));
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "1"]);
    expect(errorOf(refused)).toMatchObject({
      error_code: "RESOURCE_EXHAUSTED",
      error: "This caller's large rows of query results take its share of 9 MiB. Try again in 1 s.",
      retryable: true,
    });
    for (const caller of ["alice", "bob"]) {
      expect((await gateway.run("execute_query", { sql: "SELECT 1" }, as(caller))).status).toBe(200);
    }
    expect((await gateway.run("execute_query", { sql: rowOf(largeRow) }, as("bob"))).status).toBe(200);
  });

  test("many large rows at once arrive one after the other", async () => {
    // A reply that is not compressed takes its largest size while it comes; of a compressed one only its rows count.
    const bytes = lz4 ? largest : largeRow;
    const queries = Array.from({ length: 3 }, () =>
      gateway.run("execute_query", { sql: rowOf(bytes) }, as("alice")),
    );
    for (const { status, text } of await Promise.all(queries)) {
      expect([status, text.length > bytes]).toEqual([200, true]);
    }
  });
});

describe("rows as large as Databricks and the gateway allow in truth", () => {
  beforeAll(async () => {
    workspace = await startSqlWorkspace({ sqlLimits: { lz4: false } });
    gateway = await startGateway(workspace.url, settings);
  });
  afterAll(async () => {
    await gateway.close();
    await workspace.close();
  });

  test("a text of 16 MiB, the longest that Databricks allows, arrives complete", async () => {
    const bytes = await bytesOf({ sql: rowOf(16 * mebibyte) });
    expect(bytes.lastIndexOf("xx") - bytes.indexOf("xx") + 2).toBe(16 * mebibyte);
  });

  test("a row whose JSON is much longer arrives complete as a text, in pieces; inside another value it fails the query", async () => {
    expect((await bytesOf({ sql: "SELECT repeat(chr(1), 6000000)" })).length).toBeGreaterThan(36_000_000);
    const nested = await gateway.run("execute_query", { sql: "SELECT array(repeat(chr(1), 10000000))" });
    expect([nested.status, errorOf(nested).error_code, errorOf(nested).error]).toEqual([
      400,
      "ROW_TOO_LARGE",
      expect.stringContaining("more than 32 MiB"),
    ]);
  });
});

test("a caller who hangs up while a large reply waits for the rows before it leaves no call open", async () => {
  workspace = await startSqlWorkspace();
  // Enough to fetch ahead while so large a row is written.
  const memory = { STREAM_BYTES_MAX: String(256 * mebibyte) };
  gateway = await startGateway(workspace.url, { DATABRICKS_TOKEN: tokenOf.alice, ...memory });
  const sql = "SELECT repeat('x', 12000000) AS x FROM range(0, 4)";
  const { body } = await gateway.open("execute_query", { sql, format: "ndjson" });
  // The reader stops, and the next fetch stays where it is.
  for (let open = 0; open < 10; open = workspace.openRequests() === 1 ? open + 1 : 0) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  body.on("error", () => undefined).destroy();
  await until(() => workspace.openRequests() === 0, "the call is over");
  expect((await gateway.run("execute_query", { sql: "SELECT 1" })).status).toBe(200);
  await gateway.close();
  await workspace.close();
});

test("a stored result for which there is no memory is refused in time, and not read again", async () => {
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url, settings, { limits: { ...limits, timeoutMs: 10_000 } });
  small = await gateway.openSmallConnections();
  const { statement_id } = (await gateway.run("submit_statement", { sql: rowOf(largest) })).body;
  for (let state = ""; state !== "SUCCEEDED"; )
    ({ state } = (await gateway.run("get_statement", { statement_id })).body);
  for (let index = 0; index < 2; index++) {
    const { body } = await gateway.open(
      "get_statement_result",
      { statement_id, format: "ndjson" },
      { ...as("alice"), dispatcher: small },
    );
    unread.push({ body } as (typeof unread)[number]);
  }
  workspace.clearRequests();
  const refused = await gateway.run("get_statement_result", { statement_id }, as("alice"));
  expect(errorOf(refused).error_code).toBe("RESOURCE_EXHAUSTED");
  expect(workspace.requests().filter(({ path }) => path.startsWith("/external-results/"))).toHaveLength(1);
  for (const { body } of unread.splice(0)) body.on("error", () => undefined).destroy();
  await gateway.close();
  await workspace.close();
});
