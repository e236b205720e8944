import type { LocalWorkspace } from "@front-door/local-workspace";
import type { Dispatcher } from "undici";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
let small: Dispatcher;

const mebibyte = 1024 * 1024;
const budgetBytes = 4 * mebibyte;
/** Of half a megabyte each, all of one caller fit into half of the budget. */
const shareOfQueries = 4;
/** 2 MB as NDJSON: more than small connections hold. */
const long = { sql: "SELECT id, repeat('x', 1000) FROM range(0, 2000)", format: "ndjson" };

beforeAll(async () => {
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    STREAM_BYTES_MAX: String(budgetBytes),
    CALLER_SHARE_PERCENT: "50",
  });
  small = await gateway.openSmallConnections();
  await gateway.run("execute_query", { sql: "SELECT 1" });
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});

const unread: Awaited<ReturnType<GatewayUnderTest["open"]>>[] = [];
afterEach(async () => {
  for (const { body } of unread.splice(0)) body.on("error", () => undefined).destroy();
  workspace.clearRequests();
  await until(() => workspace.openRequests() === 0, "nothing is open at Databricks");
});

const as = (caller: string) => ({ headers: { "x-gateway-counted-as": caller } });

/** Starts readers that never read. */
async function stall(caller: string, count: number): Promise<void> {
  const replies = await Promise.all(
    Array.from({ length: count }, () =>
      gateway.open("execute_query", long, { ...as(caller), dispatcher: small }),
    ),
  );
  unread.push(...replies);
  expect(replies.map(({ statusCode }) => statusCode)).toEqual(Array(count).fill(200));
}

/** How many of these the workspace has answered since the start of the test. */
const fetches = () => thriftCalls(workspace).filter((name) => name === "FetchResults").length;

test("only a caller whose streams use up its share is refused; when all memory is in use, everybody is, and Databricks is not asked", async () => {
  await stall("alice", shareOfQueries);
  const [refused, served] = await Promise.all([
    gateway.run("execute_query", { sql: "SELECT 1" }, as("alice")),
    gateway.run("execute_query", { sql: "SELECT 1" }, as("bob")),
  ]);
  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "1"]);
  expect(errorOf(refused)).toMatchObject({
    error_code: "RESOURCE_EXHAUSTED",
    error: "This caller's files and query results take its share of 2 MiB. Try again in 1 s.",
    retryable: true,
  });
  expect(errorOf(refused).outcome).toBeUndefined();
  expect(served.status).toBe(200);
  // What needs no memory for a stream is served.
  expect((await gateway.run("list_catalogs", {}, as("alice"))).status).toBe(200);
  await stall("bob", shareOfQueries);
  workspace.clearRequests();
  const insert = { sql: "INSERT INTO t VALUES (1)" };
  // The second one's deadline ends before it has waited for as long as it may.
  for (const query of [insert, { ...insert, timeout_ms: 1_000 }]) {
    const refusal = await gateway.run("execute_query", query, as("carol"));
    expect([refusal.status, refusal.headers["retry-after"]]).toEqual([503, "1"]);
    expect(errorOf(refusal)).toMatchObject({ error_code: "TEMPORARILY_UNAVAILABLE", retryable: true });
  }
  expect(thriftCalls(workspace)).not.toContain("ExecuteStatement");
});

test("a stream that ends, or whose reader hangs up, gives its memory back", async () => {
  for (let round = 0; round < 2; round++) {
    await stall("alice", shareOfQueries);
    for (const { body } of unread.splice(0)) body.on("error", () => undefined).destroy();
    await until(() => workspace.openRequests() === 0, "all are cancelled");
  }
  const small = Array.from({ length: 4 * shareOfQueries }, () =>
    gateway.run("execute_query", { sql: "SELECT 1" }, as("alice")),
  );
  for (const { status } of await Promise.all(small)) expect(status).toBe(200);
});

test("a large result arrives complete in every format while others hold all other memory", async () => {
  await stall("alice", shareOfQueries - 1);
  await stall("bob", shareOfQueries);
  const sql = "SELECT id, repeat('y', 100) FROM range(0, 30000)";
  for (const format of ["json", "ndjson", "arrow"]) {
    workspace.clearRequests();
    const answer = await gateway.run("execute_query", { sql, format, row_limit: 30_000 }, as("alice"));
    expect([format, answer.status]).toEqual([format, 200]);
    if (format === "arrow") expect(answer.text.length).toBeGreaterThan(3_000_000);
    else expect(answer.text).toContain('"row_count":30000,"truncated":false');
    // In small fetches: of 128 KiB, where 2 MiB are usual.
    expect(fetches()).toBeGreaterThan(15);
  }
});

test("rows wider than a small fetch arrive complete", async () => {
  await stall("alice", shareOfQueries - 1);
  const sql = "SELECT id, repeat('z', 1000000) AS z FROM range(0, 5)";
  const answer = await gateway.run("execute_query", { sql }, as("alice"));
  expect(answer.body.rows.map(([id, z]: [number, string]) => [id, z.length])).toEqual(
    [0, 1, 2, 3, 4].map((id) => [id, 1_000_000]),
  );
});
