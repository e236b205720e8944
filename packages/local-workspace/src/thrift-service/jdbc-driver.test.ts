import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { rowsOf, ThriftClient } from "../../test/thrift-client.ts";
import { ALICE, startForTest } from "../../test/under-test.ts";
import {
  columnsRequest,
  crossReferenceRequest,
  type ExecuteStatementRequest,
  functionsRequest,
  metadataRequest,
  operationResponse,
  typeInfoRequest,
} from "../thrift/tcli-structs.ts";
import type { ThriftType } from "../thrift/thrift-type.ts";

/** What the JDBC driver 3.4.5 sends with each statement; 2.6.40 and 2.8.7 with EnableArrow=0 do not read Arrow. */
const NATIVE = {
  timestampAsArrow: true,
  decimalAsArrow: true,
  complexTypesAsArrow: true,
  intervalTypesAsArrow: true,
};
const LEGACY = { canReadArrowResult: false };

async function start() {
  const { call, workspace } = await startForTest();
  const alice = new ThriftClient(call);
  const sessionHandle = await alice.session();
  const run = async (sql: string, more: ExecuteStatementRequest = {}) => {
    const { directResults } = await alice.execute(sessionHandle, sql, {
      useArrowNativeTypes: NATIVE,
      runAsync: false,
      ...more,
    });
    const { resultSetMetadata, resultSet } = directResults!;
    return { ...resultSetMetadata, rows: rowsOf(resultSetMetadata!.arrowSchema, resultSet!), resultSet };
  };
  const list = async <Request>(method: string, type: ThriftType<Request>, names: object = {}) => {
    const request = { sessionHandle, getDirectResults: { maxRows: 1000 }, ...names } as Request;
    const { directResults } = await alice.send(method, type, operationResponse, request);
    const { resultSetMetadata, resultSet } = directResults!;
    expect(resultSetMetadata?.resultFormat).toBe(1);
    return rowsOf(undefined, resultSet!);
  };
  return { alice, call, list, run, sessionHandle, workspace };
}

test("intervals come as Arrow's own if the driver asks for them, and as text otherwise", async () => {
  const { run } = await start();
  const sql = "SELECT INTERVAL '1-2' YEAR TO MONTH, INTERVAL -1 DAY, CAST(NULL AS INTERVAL DAY)";
  const native = await run(sql);
  expect(native.rows.map(([months, ...others]) => [[...(months as Int32Array)], ...others])).toEqual([
    [[1, 2], -86_400_000_000n, null],
  ]);
  const text = await run(sql, { useArrowNativeTypes: { ...NATIVE, intervalTypesAsArrow: false } });
  expect(text.rows).toEqual([["1-2", "-1 00:00:00.000000000", null]]);
});

test("without Arrow, a result comes as columns of values, with text for what has no list of its own", async () => {
  const { run } = await start();
  const sql = `SELECT true, -1Y, 300S, 70000, 9007199254740993L, 0.1F, 2.5D, X'00ff', 's', DATE'2024-02-03',
    TIMESTAMP'2024-02-03 04:05:06.7', 1.50BD, array(1, 2), INTERVAL 1 DAY, NULL`;
  const { rows, resultFormat, arrowSchema, resultSet } = await run(sql, LEGACY);
  expect([resultFormat, arrowSchema]).toEqual([1, undefined]);
  expect(rows).toEqual([
    [
      true,
      -1,
      300,
      70_000,
      9_007_199_254_740_993n,
      0.1,
      2.5,
      Buffer.from([0, 255]),
      "s",
      "2024-02-03",
      "2024-02-03 04:05:06.7",
      "1.50",
      "[1,2]",
      "1 00:00:00.000000000",
      null,
    ],
  ]);
  expect(resultSet?.results?.columns?.map((column) => Object.keys(column)[0]).slice(0, 8)).toEqual([
    "boolVal",
    "byteVal",
    "i16Val",
    "i32Val",
    "i64Val",
    "doubleVal",
    "doubleVal",
    "binaryVal",
  ]);
});

test("columns mark each NULL, in results of several parts too", async () => {
  const { alice, run, sessionHandle } = await start();
  const sql = "SELECT IF(id % 3 = 0, NULL, id) AS n, CAST(id AS STRING) AS t FROM range(9000) ORDER BY id";
  const expected = Array.from({ length: 9_000 }, (_, id) => [id % 3 === 0 ? null : BigInt(id), String(id)]);
  expect((await run(sql, LEGACY)).rows).toEqual(expected);
  const { operationHandle } = await alice.execute(sessionHandle, sql, {
    ...LEGACY,
    getDirectResults: undefined,
  });
  const rows: unknown[][] = [];
  for (let more: boolean | undefined = true; more; ) {
    const part = await alice.fetch(operationHandle!, 4001, { startRowOffset: 0 });
    rows.push(...rowsOf(undefined, part));
    more = part.hasMoreRows;
  }
  expect(rows).toEqual(expected);
  expect((await run("SELECT id FROM range(3) WHERE false", LEGACY)).rows).toEqual([]);
});

test("no part is empty after one that said more rows follow", async () => {
  const { alice, sessionHandle } = await start();
  for (const rows of [100_000, 200_000]) {
    const { operationHandle, directResults } = await alice.execute(
      sessionHandle,
      `SELECT id FROM range(${rows})`,
      { runAsync: false },
    );
    let more = directResults?.resultSet?.hasMoreRows;
    while (more === true) {
      const part = await alice.fetch(operationHandle!, 100_000);
      expect(part.results?.arrowBatches?.length).toBeGreaterThan(0);
      more = part.hasMoreRows;
    }
    if (rows === 100_000) expect(directResults?.closeOperation).toBeDefined();
  }
});

test("metadata calls answer in columns, which is all that the driver reads of them", async () => {
  const { list } = await start();
  const orders = { catalogName: "samples", schemaName: "tpch", tableName: "orders" };
  expect(await list("GetCatalogs", metadataRequest)).toContainEqual(["main"]);
  expect(await list("GetSchemas", metadataRequest, { catalogName: "samples", schemaName: "tpch" })).toEqual([
    ["tpch", "samples"],
  ]);
  expect((await list("GetTables", metadataRequest, orders)).map((row) => row.slice(0, 4))).toEqual([
    ["samples", "tpch", "orders", "TABLE"],
  ]);
  const columns = await list("GetColumns", columnsRequest, { ...orders, columnName: "o_orderkey" });
  expect(columns.map((row) => row.slice(3, 6))).toEqual([["o_orderkey", -5, "BIGINT"]]);
  const types = await list("GetTypeInfo", typeInfoRequest);
  expect(types.map((row) => row.slice(0, 3))).toContainEqual(["DECIMAL", 3, 38]);
  const sales = { catalogName: "main", schemaName: "sales" };
  const functions = await list("GetFunctions", functionsRequest, { ...sales, functionName: "net%" });
  expect(functions.map((row) => row.slice(0, 3))).toEqual([["main", "sales", "net_amount"]]);
});

test("primary keys and the keys between two tables are listed, column by column", async () => {
  const { list, run } = await start();
  await run(
    "CREATE TABLE main.default.p (a INT NOT NULL, b INT NOT NULL, CONSTRAINT p_pk PRIMARY KEY (b, a))",
  );
  await run(
    "CREATE TABLE main.default.c (x INT, y INT, CONSTRAINT c_fk FOREIGN KEY (x, y) REFERENCES main.default.p (b, a))",
  );
  const place = ["main", "default"];
  const primary = { catalogName: "main", schemaName: "DEFAULT", tableName: "P" };
  expect(await list("GetPrimaryKeys", metadataRequest, primary)).toEqual([
    [...place, "p", "b", 1, "p_pk"],
    [...place, "p", "a", 2, "p_pk"],
  ]);
  const keys = [
    [...place, "p", "b", ...place, "c", "x", 1, 3, 3, "c_fk", "p_pk", 7],
    [...place, "p", "a", ...place, "c", "y", 2, 3, 3, "c_fk", "p_pk", 7],
  ];
  const parent = { parentCatalogName: "main", parentSchemaName: "default", parentTableName: "p" };
  const foreign = { foreignCatalogName: "main", foreignSchemaName: "default", foreignTableName: "c" };
  for (const names of [parent, foreign, { ...parent, ...foreign }])
    expect(await list("GetCrossReference", crossReferenceRequest, names)).toEqual(keys);
  const none = await list("GetCrossReference", crossReferenceRequest, { ...parent, foreignTableName: "p" });
  expect(none).toEqual([]);
});

test("SET CATALOG changes the catalog as USE CATALOG does", async () => {
  const { run } = await start();
  await run("SET CATALOG samples");
  expect((await run("SELECT current_catalog()")).rows).toEqual([["samples"]]);
  await run("set catalog `main`");
  expect((await run("SELECT current_catalog()")).rows).toEqual([["main"]]);
});

test("the password of Basic's user token is a token, and of another user it is not", async () => {
  const { call } = await start();
  const asks = async (user: string, password: string) => {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const path = "/api/2.0/sql/warehouses";
    return (await call("GET", path, { token: null, headers: { authorization } })).status;
  };
  expect(await asks("token", ALICE)).toBe(200);
  expect(await asks("token", "wrong")).toBe(403);
  expect(await asks("alice@example.com", ALICE)).toBe(401);
  expect(await asks("token", "")).toBe(401);
});

test("a refused OpenSession names the protocol's version, without which old drivers cannot read it", async () => {
  const { alice } = await start();
  const refused = await alice.openSession({ configuration: new Map([["spark.nothing", "1"]]) });
  expect(refused).toMatchObject({ status: { statusCode: 3 }, serverProtocolVersion: 0xa508 });
});

test("over REST a session opens under its warehouse, and the service chooses links", async () => {
  const { call } = await start();
  const warehouse_id = "a1b2c3d4e5f60718";
  const sessions = `/api/2.0/sql/warehouses/${warehouse_id}/sessions`;
  const { session_id } = (await call("POST", sessions, { body: { warehouse_id, catalog: "samples" } })).json;
  const body = {
    warehouse_id,
    session_id,
    statement: "SELECT current_catalog()",
    disposition: "INLINE_OR_EXTERNAL_LINKS",
    format: "ARROW_STREAM",
  };
  const { json } = await call("POST", "/api/2.0/sql/statements/", { body });
  expect(json).toMatchObject({ status: { state: "SUCCEEDED" }, manifest: { total_row_count: 1 } });
  expect(json.result.external_links).toHaveLength(1);
  expect((await call("DELETE", `${sessions}/${session_id}`)).status).toBe(200);
  expect((await call("POST", "/api/2.0/sql/statements", { body })).status).toBe(404);
  expect((await call("POST", "/api/2.0/sql/warehouses/nope/sessions", { body: {} })).status).toBe(404);
});

/** Runs statements as the driver 3.4.5 does with UseThriftClient=0, and returns each row by the names of the columns. */
async function overRest() {
  const { call } = await start();
  const warehouse_id = "a1b2c3d4e5f60718";
  const sessions = `/api/2.0/sql/warehouses/${warehouse_id}/sessions`;
  const { session_id } = (await call("POST", sessions, { body: { warehouse_id } })).json;
  return async (statement: string) => {
    const body = {
      statement,
      warehouse_id,
      session_id,
      parameters: [],
      disposition: "INLINE_OR_EXTERNAL_LINKS",
      format: "ARROW_STREAM",
      on_wait_timeout: "CONTINUE",
      result_compression: "LZ4_FRAME",
    };
    const { json } = await call("POST", "/api/2.0/sql/statements/", { body });
    if (json.status.state !== "SUCCEEDED") return json.status;
    const [link] = json.result.external_links ?? [];
    if (link === undefined) return [];
    const { bytes } = await call("GET", new URL(link.external_link).pathname, { token: null });
    return tableFromIPC(bytes)
      .toArray()
      .map((row) => row.toJSON());
  };
}

test("over REST the driver lists schemas, tables, columns and functions by SHOW … IN CATALOG, and reads the columns by name", async () => {
  const run = await overRest();
  expect(await run("SHOW SCHEMAS IN ALL CATALOGS LIKE 'tpc.'")).toEqual([
    { databaseName: "tpch", catalog: "samples" },
  ]);
  const tables = "SHOW TABLES IN CATALOG `samples` SCHEMA LIKE 'tpch' LIKE 'orders'";
  const orders = { catalogName: "samples", namespace: "tpch", tableName: "orders" };
  expect(await run(tables)).toMatchObject([{ ...orders, tableType: "TABLE" }]);
  expect(await run("SHOW TABLES IN ALL CATALOGS SCHEMA LIKE 'tpch' LIKE 'orders'")).toMatchObject([orders]);
  const columns = "SHOW COLUMNS IN CATALOG `samples` SCHEMA LIKE 'tpch' TABLE LIKE 'orders' LIKE 'o.order*'";
  expect(await run(columns)).toMatchObject([
    { ...orders, col_name: "o_orderkey", columnType: "BIGINT", ordinalPosition: 1 },
    { ...orders, col_name: "o_orderstatus", columnType: "STRING", isNullable: "true" },
    { ...orders, col_name: "o_orderdate" },
    { ...orders, col_name: "o_orderpriority" },
  ]);
  const functions = "SHOW FUNCTIONS IN CATALOG `main` SCHEMA LIKE 'sales' LIKE 'net*'";
  expect(await run(functions)).toMatchObject([
    { functionName: "net_amount", namespace: "sales", functionType: 1, specificName: "net_amount" },
  ]);
});

const inDefault = (tableName: string) => ({ catalogName: "main", namespace: "default", tableName });

test("over REST the driver lists keys by SHOW KEYS and SHOW FOREIGN KEYS", async () => {
  const run = await overRest();
  await run("CREATE TABLE main.default.p (a INT NOT NULL, CONSTRAINT p_pk PRIMARY KEY (a))");
  await run("CREATE TABLE main.default.c (x INT, CONSTRAINT c_fk FOREIGN KEY (x) REFERENCES main.default.p)");
  const place = "IN CATALOG `main` IN SCHEMA `default` IN TABLE";
  expect(await run(`SHOW KEYS ${place} \`p\``)).toEqual([
    { ...inDefault("p"), col_name: "a", keySeq: 1, constraintName: "p_pk" },
  ]);
  expect(await run(`SHOW FOREIGN KEYS ${place} \`c\``)).toEqual([
    {
      parentCatalogName: "main",
      parentNamespace: "default",
      parentTableName: "p",
      parentColName: "a",
      ...inDefault("c"),
      col_name: "x",
      keySeq: 1,
      constraintName: "c_fk",
      updateRule: 3,
      deleteRule: 3,
      deferrability: 7,
    },
  ]);
});

test("over REST the SQLSTATE tells the driver that there is no such catalog, for which it lists nothing", async () => {
  const run = await overRest();
  expect(await run("SHOW TABLES IN CATALOG `nope`")).toMatchObject({ state: "FAILED", sql_state: "42704" });
  expect(await run("SHOW KEYS IN CATALOG `main` IN SCHEMA `default` IN TABLE `nope`")).toMatchObject({
    error: { message: expect.stringContaining("TABLE_OR_VIEW_NOT_FOUND") as unknown },
  });
});
