import { DBSQLClient, DBSQLLogger, DBSQLParameter, type DBSQLParameterType, LogLevel } from "@databricks/sql";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

/** The unmodified driver against the local workspace: what works here is what the gateway can build on. */

/** Runs until it is interrupted. */
const endless =
  "SELECT count(*) FROM range(0, 400000) AS a JOIN range(0, 400000) AS b ON a.id % 7 < b.id % 11";

let workspace: LocalWorkspace;
beforeAll(async () => {
  workspace = await startSqlWorkspace();
});
afterAll(() => workspace.close());
beforeEach(() => workspace.clearStatements());

async function connect(token: string = tokenOf.alice, path = warehousePath, { url } = workspace) {
  const client = new DBSQLClient({ logger: new DBSQLLogger({ level: LogLevel.error }) });
  // The driver repeats a call to a server that is gone for half a minute.
  onTestFinished(() => client.close().catch(() => {}));
  const { hostname: host, port } = new URL(url);
  return client.connect({
    host,
    port: Number(port),
    path,
    token,
    telemetryEnabled: false,
    preserveBigNumericPrecision: true,
  });
}

async function startSession(token?: string) {
  const client = await connect(token);
  return client.openSession();
}

test("a query returns its rows, with named and with positional parameters", async () => {
  const session = await startSession();
  const rows = async (sql: string, options: object = {}) => {
    const operation = await session.executeStatement(sql, options);
    const all = await operation.fetchAll();
    await operation.close();
    return all;
  };
  expect(await rows("SELECT 1 AS a, 'x' AS b, NULL AS c")).toEqual([{ a: 1, b: "x", c: null }]);
  expect(
    await rows("SELECT :n + 1 AS n, :t AS t, :d AS d, :none AS none", {
      namedParameters: {
        n: 9_007_199_254_740_993n,
        t: "a 'quoted' \u{1F600}",
        // Databricks casts to the type as it is named, and a bare DECIMAL has 10 digits and no fraction.
        d: new DBSQLParameter({
          // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum has no DECIMAL with digits
          type: "DECIMAL(38,18)" as DBSQLParameterType,
          value: "12345678901234567890.123456789",
        }),
        none: null,
      },
    }),
  ).toEqual([
    {
      n: 9_007_199_254_740_994n,
      t: "a 'quoted' \u{1F600}",
      d: "12345678901234567890.123456789000000000",
      none: null,
    },
  ]);
  expect(await rows("SELECT ? AS a, ? AS b", { ordinalParameters: [true, 1.5] })).toEqual([
    { a: true, b: 1.5 },
  ]);
  expect(await rows("SELECT id FROM range(3) WHERE id > 5")).toEqual([]);
  await session.close();
  expect([workspace.openSqlSessions(), workspace.openStatements()]).toEqual([0, 0]);
});

test("commands and changes return what Databricks returns", async () => {
  const session = await startSession();
  const run = async (sql: string) => {
    const operation = await session.executeStatement(sql);
    const schema = await operation.getSchema();
    const rows = await operation.fetchAll();
    await operation.close();
    return { columns: schema?.columns.map((column) => column.columnName), rows };
  };
  expect(await run("CREATE TABLE main.default.made (id BIGINT, name STRING)")).toEqual({
    columns: ["Result"],
    rows: [],
  });
  expect((await run("INSERT INTO main.default.made VALUES (1, 'a'), (2, 'b')")).rows).toEqual([
    { num_affected_rows: 2n, num_inserted_rows: 2n },
  ]);
  expect((await run("UPDATE main.default.made SET name = 'c' WHERE id = 2")).rows).toEqual([
    { num_affected_rows: 1n },
  ]);
  await run("USE CATALOG samples");
  expect((await run("SELECT current_catalog() AS c")).rows).toEqual([{ c: "samples" }]);
  expect((await run("SELECT * FROM main.default.made ORDER BY id")).rows).toEqual([
    { id: 1n, name: "a" },
    { id: 2n, name: "c" },
  ]);
});

// 100,000 rows are 49 batches of the engine and 13 steps of the driver; every further row takes the same path.
test("a long result arrives complete and in order, in the driver's own steps", async () => {
  const session = await startSession();
  const operation = await session.executeStatement(
    "SELECT CAST(id AS INT) AS id, CAST(id * 2 AS DOUBLE) AS d FROM range(0, 100000)",
    {
      maxRows: 8192,
    },
  );
  let [rows, sum] = [0, 0];
  do {
    for (const row of (await operation.fetchChunk({ maxRows: 8192 })) as { id: number; d: number }[]) {
      if (row.id !== rows || row.d !== rows * 2) throw new Error(`Row ${rows} is ${JSON.stringify(row)}.`);
      rows += 1;
      sum += row.d;
    }
  } while (await operation.hasMoreRows());
  expect([rows, sum]).toEqual([100_000, 9_999_900_000]);
  await operation.close();
  expect(workspace.statements()).toMatchObject([{ rowsFetched: 100_000, state: "succeeded", closed: true }]);
});

test("a failed statement gives the driver's caller its SQL state and its message", async () => {
  const session = await startSession();
  const failure = async (sql: string) => {
    const operation = await session.executeStatement(sql);
    const error = (await operation.fetchAll().catch((reason: unknown) => reason)) as {
      message: string;
      response?: { sqlState: string; displayMessage: string };
    };
    await operation.close();
    return error;
  };
  const syntax = await failure("SELEC 1");
  expect(syntax.message).toContain("[PARSE_SYNTAX_ERROR]");
  expect(syntax.response).toMatchObject({ sqlState: "42601", displayMessage: syntax.message });
  expect((await failure("SELECT * FROM main.default.gone")).response?.sqlState).toBe("42P01");
  expect((await failure("SELECT 1 / (id - 90000) FROM range(0, 100000)")).message).toContain(
    "DIVIDE_BY_ZERO",
  );
  expect(workspace.openStatements()).toBe(0);
});

test("a cancelled statement ends at the workspace", async () => {
  const session = await startSession();
  const operation = await session.executeStatement(endless);
  const waiting = operation.fetchAll().catch((error: unknown) => error);
  await expect.poll(() => workspace.statements()).toMatchObject([{ state: "running" }]);
  await operation.cancel();
  expect(await waiting).toMatchObject({ message: expect.stringMatching(/cancel/i) });
  await expect.poll(() => workspace.openStatements()).toBe(0);
  expect(workspace.statements()).toMatchObject([{ state: "canceled", cancelRequested: true }]);
});

test("STATEMENT_TIMEOUT ends a statement that takes longer", async () => {
  const client = await connect();
  const session = await client.openSession({ configuration: { STATEMENT_TIMEOUT: "1" } });
  const operation = await session.executeStatement(endless);
  await expect(operation.fetchAll()).rejects.toThrow(/QUERY_TIMEOUT|timed? ?out|timeout/i);
});

test("each statement runs as the identity whose client sent it", async () => {
  const names = ["alice", "bob", "carol"] as const;
  const sessions = await Promise.all(names.map((name) => startSession(tokenOf[name])));
  await Promise.all(
    Array.from({ length: 60 }, async (_, at) => {
      const name = names[at % 3]!;
      const operation = await sessions[at % 3]!.executeStatement(`SELECT current_user() AS me, ${at} AS n`);
      expect(await operation.fetchAll()).toEqual([{ me: `${name}@example.com`, n: at }]);
      await operation.close();
    }),
  );
  for (const seen of workspace.statements()) {
    const at = Number(/(\d+) AS n/.exec(seen.statement)?.[1]);
    expect(seen.principal).toBe(`${names[at % 3]}@example.com`);
  }
});

test("an unknown warehouse and a bad token are refused before a session is open", async () => {
  const elsewhere = await connect(tokenOf.alice, "/sql/1.0/warehouses/nope");
  await expect(elsewhere.openSession()).rejects.toMatchObject({ statusCode: 404 });
  const nobody = await connect("nobody");
  await expect(nobody.openSession()).rejects.toMatchObject({ statusCode: 403 });
  expect(workspace.openSqlSessions()).toBe(0);
});

test("the driver's metadata calls work", async () => {
  const session = await startSession(tokenOf.bob);
  const catalogs = await session.getCatalogs();
  expect(await catalogs.fetchAll()).toEqual([
    { TABLE_CAT: "main" },
    { TABLE_CAT: "samples" },
    { TABLE_CAT: "system" },
  ]);
  const tables = await session.getTables({ catalogName: "samples", schemaName: "tpch" });
  expect(await tables.fetchAll()).toContainEqual(
    expect.objectContaining({ TABLE_SCHEM: "tpch", TABLE_NAME: "orders", TABLE_TYPE: "TABLE" }),
  );
  expect((await session.getInfo(17)).getValue()).toBe("Spark SQL");
  const functions = await session.getFunctions({ functionName: "%" });
  expect(await functions.fetchAll()).toContainEqual(
    expect.objectContaining({ FUNCTION_SCHEM: "sales", FUNCTION_NAME: "net_amount" }),
  );
});

test("an expired session is reported as expired", async () => {
  const hasty = await startSqlWorkspace({ sqlLimits: { sessionIdleMs: 50 } });
  onTestFinished(() => hasty.close());
  const session = await (await connect(tokenOf.alice, warehousePath, hasty)).openSession();
  await expect.poll(() => hasty.openSqlSessions()).toBe(0);
  await expect(session.executeStatement("SELECT 1")).rejects.toMatchObject({
    message: expect.stringContaining("Invalid SessionHandle"),
  });
});
