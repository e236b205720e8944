import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { DBSQLClient } from "@databricks/sql";
import { defaultSeed, type LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fixedCredential } from "../src/databricks/credential.ts";
import { RetryBudget } from "../src/databricks/retry-budget.ts";
import { SqlClients } from "../src/sql/sql-clients.ts";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehouseId, warehousePath } from "./sql-under-test.ts";

// One test for each row of docs/sdk-transport.md, driver: why there is code around the driver.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
const closing: (() => Promise<unknown>)[] = [];
const users = Array.from({ length: 10 }, (_, n) => ({
  id: `9${n}`,
  userName: `user-${n}@example.com`,
  displayName: `User ${n}`,
  givenName: "User",
  familyName: String(n),
  token: `local-token-user-${n}`,
  admin: true,
}));

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "sql-traps-"));
  closing.push(() => rm(dir, { recursive: true }));
  const seedFile = join(dir, "seed.json");
  await writeFile(seedFile, JSON.stringify({ ...defaultSeed, users: [...defaultSeed.users, ...users] }));
  workspace = await startSqlWorkspace({ seedFile });
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_WAREHOUSE_ID: warehouseId,
  });
  // Loads the driver, which takes a while.
  await query("SELECT 0");
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
  for (const close of closing) await close();
});
beforeEach(() => {
  workspace.clearRequests();
  workspace.clearStatements();
});
afterEach(() => workspace.clearFaults());

const query = (sql: string, params: object = {}, options?: Parameters<GatewayUnderTest["run"]>[2]) =>
  gateway.run("execute_query", { sql, ...params }, options);
const require = createRequire(import.meta.url);

describe("1: a client shared by identities sends one's statements with the other's token", () => {
  test("each of 30 simultaneous statements of 10 identities runs as its own identity", async () => {
    await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const { token, userName } = users[n % users.length]!;
        const { body } = await query("SELECT current_user(), :n", { params: { n } }, { token });
        expect(body.rows).toEqual([[userName, n]]);
      }),
    );
    const ran = workspace.statements().map(({ principal, sessionId }) => `${sessionId} ${principal}`);
    expect(ran).toHaveLength(30);
    // No session was ever another principal's too.
    expect(new Set(ran).size).toBe(new Set(workspace.statements().map(({ sessionId }) => sessionId)).size);
    expect(new Set(workspace.statements().map(({ principal }) => principal)).size).toBe(10);
  });

  test("each pair of identity and warehouse has its own client, and 200 clients are kept", async () => {
    const clients = new SqlClients(80);
    const of = (identityKey: string, path = warehousePath) =>
      clients.get(
        {
          address: { origin: workspace.url },
          identityKey,
          credential: fixedCredential("t"),
          budget: new RetryBudget(),
        },
        path,
      );
    expect(of("a")).toBe(of("a"));
    expect(of("a")).not.toBe(of("b"));
    expect(of("a")).not.toBe(of("a", "/sql/1.0/warehouses/other"));
    const first = of("first");
    for (let n = 0; n < 250; n++) of(`identity ${n}`);
    expect(clients.size).toBe(200);
    expect(of("first")).not.toBe(first);
    await clients.close();
  });
});

describe("2: the native kernel loses rows without an error", () => {
  test("it is not installed", () => {
    const driver = createRequire(require.resolve("@databricks/sql"));
    expect(() => driver.resolve("@databricks/databricks-sql-kernel-linux-x64-gnu")).toThrow(
      "Cannot find module",
    );
  });

  test("all of 200,000 rows arrive", async () => {
    const { text } = await query("SELECT id FROM range(0, 200000)", { format: "ndjson" });
    expect(text.endsWith('\n[199999]\n{"complete":true,"row_count":200000,"truncated":false}\n')).toBe(true);
  });
});

describe("3: telemetry sends the token elsewhere, and connect() waits for it", () => {
  test("nothing but the warehouse is called", async () => {
    await query("SELECT 1", { catalog: "main" });
    expect(new Set(workspace.requests().map(({ path }) => path))).toEqual(new Set([warehousePath]));
  });
});

describe("4: row objects are not exact", () => {
  test("every value is what Databricks sent, and columns of one name are all there", async () => {
    const { body } = await query(
      `SELECT CAST('9223372036854775807' AS BIGINT) AS a, CAST('-9223372036854775808' AS BIGINT) AS b,
        CAST('12345678901234567890.123456789012345678' AS DECIMAL(38,18)) AS c,
        CAST('1969-12-31 23:59:59.999999' AS TIMESTAMP_NTZ) AS d, :bom AS e, '{"a": 1.0}' AS f`,
      { params: { bom: "\uFEFFbom" } },
    );
    expect(body.rows).toEqual([
      [
        "9223372036854775807",
        "-9223372036854775808",
        "12345678901234567890.123456789012345678",
        "1969-12-31T23:59:59.999999",
        "\uFEFFbom",
        '{"a": 1.0}',
      ],
    ]);
    const same = await query("SELECT 1 AS x, 2 AS x");
    expect(same.body.rows).toEqual([[1, 2]]);
  });
});

describe("5: large fetches block the event loop, and the raw row sets are private", () => {
  test("a fetch has about 2 MiB at most, however many rows there are", async () => {
    const reply = await gateway.open("execute_query", {
      sql: "SELECT id, repeat('x', 200) FROM range(0, 1000000)",
      format: "ndjson",
    });
    await reply.body[Symbol.asyncIterator]().next();
    const fetched: number[] = [];
    await until(
      () => (fetched.push(workspace.statements()[0]!.rowsFetched), fetched.at(-1)! >= 8_192),
      "it fetches",
    );
    reply.body.on("error", () => undefined).destroy();
    await until(() => workspace.openStatements() === 0, "it is closed");
    const calls = thriftCalls(workspace).filter(
      (call) => call === "FetchResults" || call === "ExecuteStatement",
    );
    const rowsMax = (2 * 1024 * 1024) / 200;
    expect(workspace.statements()[0]!.rowsFetched).toBeLessThanOrEqual(calls.length * rowsMax);
  });

  test("the pinned version has them where they are looked for", async () => {
    const { version } = JSON.parse(
      await readFile(join(require.resolve("@databricks/sql"), "../../package.json"), "utf8"),
    ) as { version: string };
    expect(version).toBe("2.1.0");
    const RowSetProvider = (
      require("@databricks/sql/dist/result/RowSetProvider.js") as { default: { prototype: object } }
    ).default;
    expect(Object.getOwnPropertyNames(RowSetProvider.prototype)).toEqual(
      expect.arrayContaining(["fetchNext", "hasMore"]),
    );
    const Operation = (
      require("@databricks/sql/dist/DBSQLOperation.js") as { default: { prototype: object } }
    ).default;
    expect(Object.getOwnPropertyNames(Operation.prototype)).toContain("getMetadata");
    const ofDriver = createRequire(require.resolve("@databricks/sql"));
    expect(ofDriver.resolve("apache-arrow")).toBe(require.resolve("apache-arrow"));
  });
});

describe("6: errors of many kinds, some of them no Errors", () => {
  let own: LocalWorkspace;
  let other: GatewayUnderTest;
  beforeAll(async () => {
    // So the state of every statement is asked for.
    own = await startSqlWorkspace({ sqlLimits: { directResultsWaitMs: 0 } });
    other = await startGateway(own.url);
  });
  afterAll(async () => {
    await other.close();
    await own.close();
  });

  test.each([
    [
      {
        thriftMethod: "ExecuteStatement",
        status: 403,
        body: '{"error_code":"PERMISSION_DENIED","message":"no"}',
      },
      403,
      "PERMISSION_DENIED",
    ],
    [{ thriftMethod: "ExecuteStatement", status: 500, body: "<pre>stack</pre>" }, 502, "UPSTREAM_ERROR"],
    [{ thriftMethod: "GetOperationStatus", status: 503 }, 503, "TEMPORARILY_UNAVAILABLE"],
    [
      { thriftMethod: "OpenSession", status: 404, body: '{"error_code":"NOT_FOUND","message":"gone"}' },
      404,
      "NOT_FOUND",
    ],
  ])("%j gives the caller %i %s", async (fault, status, code) => {
    own.addFault(fault);
    // A schema of its own, so that a session has to be opened.
    const session = { catalog: "main", schema: status === 404 ? "sales" : "default" };
    const answer = await other.run("execute_query", { sql: "SELECT 1", ...session });
    expect([answer.status, errorOf(answer).error_code]).toEqual([status, code]);
    expect(answer.text).not.toContain(tokenOf.alice);
    expect(answer.text).not.toContain("stack");
    own.clearFaults();
    await until(() => own.openStatements() === 0, "it is closed");
  });

  test("a token that Databricks does not accept is told so", async () => {
    const answer = await query("SELECT 1", {}, { token: "local-token-nobody" });
    expect([401, 403]).toContain(answer.status);
  });
});

describe("7: the driver repeats no statement and no session, and misreads Retry-After", () => {
  test.each(["OpenSession", "ExecuteStatement"])(
    "%s is repeated after 503, when Retry-After says",
    async (method) => {
      workspace.addFault({ thriftMethod: method, times: 1, status: 503, headers: { "retry-after": "1" } });
      const startedAt = performance.now();
      const answer = await query("SELECT 1", {
        catalog: "main",
        schema: "sales",
        timeout_ms: method === "OpenSession" ? 61_000 : 60_000,
      });
      expect(answer.body.rows).toEqual([[1]]);
      expect(performance.now() - startedAt).toBeGreaterThan(950);
      expect(thriftCalls(workspace).filter((call) => call === method)).toHaveLength(2);
    },
  );

  test("a long Retry-After is passed on to the caller", async () => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", status: 429, headers: { "retry-after": "60" } });
    const answer = await query("SELECT 1");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([429, "60"]);
    expect(thriftCalls(workspace).filter((call) => call === "ExecuteStatement")).toHaveLength(1);
  });

  test("a statement that may write is never sent again after its connection broke", async () => {
    workspace.addFault({ thriftMethod: "ExecuteStatement", cutAfterBytes: 10 });
    const answer = await query("INSERT INTO main.default.nothing VALUES (1)");
    expect([answer.status, errorOf(answer).outcome]).toEqual([502, "unknown"]);
    expect(workspace.statements()).toHaveLength(1);
    workspace.clearFaults();
    workspace.clearStatements();
    workspace.clearRequests();
    workspace.addFault({ thriftMethod: "ExecuteStatement", cutRequestAfterBytes: 10 });
    const broken = await query("INSERT INTO main.default.nothing VALUES (1)");
    expect([broken.status, errorOf(broken).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
    expect(thriftCalls(workspace).filter((call) => call === "ExecuteStatement").length).toBeLessThanOrEqual(
      1,
    );
  });

  test("a refused connection is tried again, and then gives the caller 502", async () => {
    const other = await startGateway("https://127.0.0.1:9", {
      DATABRICKS_TOKEN: tokenOf.alice,
      DATABRICKS_WAREHOUSE_ID: warehouseId,
    });
    const answer = await other.run("execute_query", { sql: "SELECT 1" });
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
    await other.close();
  });
});

describe("8: sessions expire without a heartbeat", () => {
  test("a session that Databricks no longer knows is opened anew, once", async () => {
    const other = await startGateway(workspace.url);
    expect((await other.run("execute_query", { sql: "SELECT 1" })).status).toBe(200);
    await workspace.loseSqlSessions();
    workspace.clearRequests();
    expect((await other.run("execute_query", { sql: "SELECT 2" })).body.rows).toEqual([[2]]);
    expect(thriftCalls(workspace).filter((call) => call !== "CloseSession")).toEqual([
      "ExecuteStatement",
      "OpenSession",
      "ExecuteStatement",
    ]);
    await other.close();
  });
});

describe("9: queryTimeout has no effect on a warehouse", () => {
  test("the session has a STATEMENT_TIMEOUT above the deadline, in steps", async () => {
    const seen: unknown[] = [];
    const own = await startSqlWorkspace({
      sqlEngine: () => ({
        openSession: ({ configuration, catalog }) => {
          seen.push([catalog, configuration]);
          return {
            catalog: "main",
            schema: "default",
            execute: () => Promise.reject(new Error("no")),
            close: async () => undefined,
          };
        },
        tableDropped: async () => undefined,
        catalogDropped: async () => undefined,
        close: async () => undefined,
      }),
    });
    const other = await startGateway(own.url);
    for (const timeout_ms of [1_000, 60_000, 61_000, 300_000]) {
      await other.run("execute_query", { sql: "SELECT 1", timeout_ms, catalog: "main" });
    }
    expect(seen).toEqual([
      ["main", { STATEMENT_TIMEOUT: "65" }],
      ["main", { STATEMENT_TIMEOUT: "125" }],
      ["main", { STATEMENT_TIMEOUT: "305" }],
    ]);
    await other.close();
    await own.close();
  });
});

describe("10: operations that are not closed leak", () => {
  test("none is open after statements that ended well, badly, and in part", async () => {
    for (let round = 0; round < 4; round++) {
      await Promise.all([
        query("SELECT 1"),
        query("SELECT id FROM range(0, 50000)", { row_limit: 10 }),
        query("SELECT id FROM range(0, 50000)", { format: "ndjson" }),
        query("SELEC"),
        query("SELECT * FROM main.default.nowhere"),
      ]);
    }
    await until(() => workspace.openStatements() === 0, "all are closed");
    expect(workspace.statements()).toHaveLength(20);
  });
});

describe("11: USE and SET stay with the session", () => {
  test.each([
    "USE main.sales",
    "USE CATALOG samples",
    "/* c */ -- x\n use schema main.sales",
    "SET TIMEZONE = 'Asia/Tokyo'",
  ])("%j has no effect on the next statement", async (sql) => {
    const state = "SELECT current_catalog(), current_schema(), current_timezone()";
    const before = await query(state);
    // Even when it is refused: whether it had an effect is not for us to know.
    await query(sql);
    expect((await query(state)).body.rows).toEqual(before.body.rows);
    await until(() => thriftCalls(workspace).includes("CloseSession"), "its session is closed");
  });
});

describe("12: close() waits half a minute for a server that does not answer", () => {
  test("the gateway closes while Databricks has not answered CloseSession", async () => {
    const other = await startGateway(workspace.url, { DATABRICKS_TOKEN: tokenOf.bob });
    await other.run("execute_query", { sql: "SELECT 1" });
    workspace.addFault({ thriftMethod: "CloseSession", delayMs: 10 * 60_000 });
    await other.close();
    expect(thriftCalls(workspace)).toContain("CloseSession");
  });
});

describe("13: https alone", () => {
  test("a certificate of an unknown authority is refused, and no request is sent", async () => {
    const trusted = getCACertificates("default");
    setDefaultCACertificates(getCACertificates("bundled"));
    try {
      const other = await startGateway(workspace.url, {
        DATABRICKS_TOKEN: tokenOf.carol,
        DATABRICKS_WAREHOUSE_ID: warehouseId,
      });
      const answer = await other.run("execute_query", { sql: "SELECT 1" });
      expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
      // What another test's client still closes is not carol's.
      expect(workspace.requests().filter(({ principal }) => principal === "carol@example.com")).toEqual([]);
      await other.close();
    } finally {
      setDefaultCACertificates(trusted);
    }
  });
});

/** The driver by itself, as the gateway would have it without src/sql/replace-http.ts. */
async function driverAlone() {
  const { hostname, port } = new URL(workspace.url);
  const client = new DBSQLClient({ logger: { log: () => undefined } });
  client.on("error", () => undefined);
  const path = warehousePath;
  await client.connect({
    host: hostname,
    port: Number(port),
    path,
    token: tokenOf.alice,
    telemetryEnabled: false,
  });
  return client;
}

describe("14: a reply that is not Thrift never settles, and a redirect is followed", () => {
  test.each([{ status: 200, body: "<html>" }, { cutAfterBytes: 10 }, { bodyBytes: 40 }])(
    "after %j the driver alone waits for ever, and the gateway fails at once",
    async (fault) => {
      workspace.addFault({ thriftMethod: "OpenSession", ...fault });
      const alone = (await driverAlone()).openSession();
      expect(await Promise.race([alone.catch(() => "failed"), delay(1_000, "pending")])).toBe("pending");
      const answer = await query("SELECT 1", { catalog: "samples" });
      expect(answer.status).toBe(502);
    },
  );

  test("the driver alone follows a redirect with the call, and the gateway does not", async () => {
    const location = `${workspace.url}/sql/1.0/warehouses/elsewhere`;
    workspace.addFault({
      thriftMethod: "OpenSession",
      path: warehousePath,
      status: 307,
      headers: { location },
    });
    const followed = () => workspace.requests().some(({ path }) => path.endsWith("/elsewhere"));
    await (await driverAlone()).openSession().catch(() => undefined);
    expect(followed()).toBe(true);
    workspace.clearRequests();
    expect((await query("SELECT 1", { catalog: "samples" })).status).toBe(502);
    expect(followed()).toBe(false);
  });

  test("the pinned version has its connection where the gateway replaces it", () => {
    const Connection = (
      require("@databricks/sql/dist/connection/connections/ThriftHttpConnection.js") as {
        default: { prototype: object };
      }
    ).default;
    expect(Object.getOwnPropertyNames(Connection.prototype)).toEqual(
      expect.arrayContaining(["write", "handleThriftResponse"]),
    );
  });
});
