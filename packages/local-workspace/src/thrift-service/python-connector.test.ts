import { expect, test } from "vitest";
import { scriptedEngine } from "../../test/scripted-engine.ts";
import { rowsOf, ThriftClient, WAREHOUSE } from "../../test/thrift-client.ts";
import { startForTest } from "../../test/under-test.ts";
import {
  columnsRequest,
  type ExecuteStatementRequest,
  operationResponse,
  type SessionHandle,
} from "../thrift/tcli-structs.ts";

/** What databricks-sql-connector 4.9.0 sends beside the statement. */
const TIMESTAMP_AS_STRING = "spark.thriftserver.arrowBasedRowSet.timestampAsString";
const connector = { confOverlay: new Map([[TIMESTAMP_AS_STRING, "false"]]) };
const native = { timestampAsArrow: true, decimalAsArrow: true, complexTypesAsArrow: true };

async function start() {
  const { call, workspace } = await startForTest();
  const alice = new ThriftClient(call);
  const rows = async (session: SessionHandle, sql: string, more: ExecuteStatementRequest = {}) => {
    const { directResults, status } = await alice.execute(session, sql, { ...connector, ...more });
    const { operationStatus, resultSetMetadata, resultSet } = directResults ?? {};
    const failure = status?.displayMessage ?? operationStatus?.displayMessage;
    if (failure !== undefined) throw new Error(failure);
    return { rows: rowsOf(resultSetMetadata!.arrowSchema, resultSet!), operationStatus, resultSetMetadata };
  };
  return { alice, call, rows, workspace };
}

const VALUES =
  "SELECT TIMESTAMP'2024-01-02 03:04:05.600' t, 1.50BD d, array('a', null) l, map('k', 1) m, struct(1 AS x, null AS y, 'q\"' AS z) s";

test("timestamps, decimals and nested types come as text if the client cannot read them in Arrow", async () => {
  const { alice, rows } = await start();
  const session = await alice.session({ configuration: new Map([[TIMESTAMP_AS_STRING, "false"]]) });
  const asText = await rows(session, VALUES, { useArrowNativeTypes: {} });
  expect(asText.rows).toEqual([
    ["2024-01-02 03:04:05.6", "1.50", '["a",null]', '{"k":1}', '{"x":1,"y":null,"z":"q\\""}'],
  ]);
  const types = asText.resultSetMetadata?.schema?.columns?.map(
    (column) => column.typeDesc?.types?.[0]?.primitiveEntry?.type,
  );
  expect(types).toEqual([8, 15, 10, 11, 12]);
  const complex = { ...native, complexTypesAsArrow: false };
  expect((await rows(session, "SELECT array(1, 2), 1.50BD", { useArrowNativeTypes: complex })).rows).toEqual([
    ["[1,2]", expect.anything()],
  ]);
  expect(
    (await rows(session, "SELECT array(array(1), null) WHERE false", { useArrowNativeTypes: {} })).rows,
  ).toEqual([]);
});

test("timestampAsString holds for a session, and a statement can say otherwise", async () => {
  const { alice, rows } = await start();
  const asText = await alice.session({ configuration: new Map([[TIMESTAMP_AS_STRING, "true"]]) });
  const sql = "SELECT TIMESTAMP'2024-01-02 03:04:05'";
  expect((await rows(asText, sql, { confOverlay: new Map() })).rows).toEqual([["2024-01-02 03:04:05"]]);
  expect((await rows(asText, sql)).rows).toEqual([[Date.UTC(2024, 0, 2, 3, 4, 5)]]);
  const wrong = await alice.openSession({ configuration: new Map([[TIMESTAMP_AS_STRING, "maybe"]]) });
  expect(wrong.status?.displayMessage).toContain("must be true or false, got maybe");
});

test("a setting that Databricks does not have is refused, and Thrift's own are not passed to the engine", async () => {
  const { alice, rows } = await start();
  const unknown = await alice.openSession({ configuration: new Map([["spark.nothing", "1"]]) });
  expect(unknown.status?.displayMessage).toContain("[CONFIG_NOT_AVAILABLE]");
  const session = await alice.session({
    configuration: new Map([
      ["spark.thriftserver.cloudStoreBasedRowSet.enabled", "false"],
      ["spark.sql.thriftserver.metadata.metricview.enabled", "true"],
    ]),
  });
  expect((await rows(session, "SET")).rows).toEqual([]);
});

const int = (value: string) => ({ type: "INT", value });
const text = (value: string) => ({ type: "STRING", value });

test("ARRAY and MAP parameters have elements of their own types", async () => {
  const { alice, rows } = await start();
  const session = await alice.session();
  const parameters = [
    { name: "a", type: "ARRAY", arguments: [int("1"), { type: "VOID", value: "None" }, int("3")] },
    { name: "m", type: "MAP", arguments: [text("k"), { type: "ARRAY", arguments: [text("x")] }] },
  ];
  const { rows: found } = await rows(
    session,
    "SELECT typeof(:a), typeof(:m), array_contains(:a, 3), :m['k'][0], size(:a), :a[1]",
    { parameters },
  );
  expect(found).toEqual([["array<int>", "map<string,array<string>>", true, "x", 3, null]]);
  const empty = await rows(session, "SELECT size(?), ?", {
    parameters: [
      { type: "ARRAY", arguments: [] },
      { type: "INT", value: { stringValue: "7" } },
    ],
  });
  expect(empty.rows).toEqual([[0, 7]]);
});

test("a change reports the rows that it changed, CREATE TABLE … AS returns no row, and a query reports nothing", async () => {
  const { alice, rows } = await start();
  const session = await alice.session();
  const changed = async (sql: string) => (await rows(session, sql)).operationStatus?.numModifiedRows;
  const created = await rows(session, "CREATE TABLE main.default.counted AS SELECT id FROM range(5)");
  expect(created.rows).toEqual([]);
  expect(created.resultSetMetadata?.schema?.columns?.map((column) => column.columnName)).toEqual([
    "num_affected_rows",
    "num_inserted_rows",
  ]);
  expect(await changed("INSERT INTO main.default.counted VALUES (7), (8)")).toBe(2);
  expect(await changed("UPDATE main.default.counted SET id = id + 1 WHERE id < 3")).toBe(3);
  expect(await changed("DELETE FROM main.default.counted WHERE id > 6")).toBe(2);
  expect(await changed("SELECT * FROM main.default.counted")).toBeUndefined();
});

test("a result has no more rows than resultRowLimit", async () => {
  const { alice, rows } = await start();
  const session = await alice.session();
  expect((await rows(session, "SELECT id FROM range(100)", { resultRowLimit: 5 })).rows).toHaveLength(5);
  expect((await rows(session, "SELECT id FROM range(3)", { resultRowLimit: 5 })).rows).toHaveLength(3);
});

test("a session cannot open in a catalog that does not exist, but the schema can be created later", async () => {
  const { alice, workspace } = await start();
  const opened = async (catalogName?: string, schemaName?: string) =>
    (await alice.openSession({ initialNamespace: { catalogName, schemaName } })).status;
  expect((await opened("nope"))?.displayMessage).toContain("[CATALOG_NOT_FOUND]");
  expect(workspace.openSqlSessions()).toBe(0);
  expect(await opened("main", "later")).toEqual({ statusCode: 0 });
  expect(await opened("Samples", "TPCH")).toEqual({ statusCode: 0 });
});

test("GetOperationStatus waits for the end of a statement, and no longer than its limit", async () => {
  const engine = scriptedEngine();
  const sqlLimits = { directResultsWaitMs: 1, statusWaitMs: 60_000 };
  const under = await startForTest({ sqlEngine: () => engine, sqlLimits });
  const alice = new ThriftClient(under.call);
  const { operationHandle } = await alice.execute(await alice.session(), "slow 300");
  expect((await alice.status(operationHandle!)).operationState).toBe(2);
  const impatient = await startForTest({
    sqlEngine: () => engine,
    sqlLimits: { ...sqlLimits, statusWaitMs: 1 },
  });
  const bob = new ThriftClient(impatient.call);
  const running = await bob.execute(await bob.session(), "never");
  expect((await bob.status(running.operationHandle!)).operationState).toBe(1);
});

test("a warehouse that does not exist answers with a reason that the connector shows", async () => {
  const { call } = await start();
  const nowhere = new ThriftClient(call, undefined, `${WAREHOUSE}0`);
  const answer = await nowhere.post(Buffer.alloc(0));
  expect(answer.status).toBe(404);
  expect(answer.headers["x-databricks-reason-phrase"]).toBe("SQL warehouse does not exist.");
});

test("feature flags and telemetry are answered, so that no driver tries them again", async () => {
  const { call } = await start();
  const flags = await call("GET", "/api/2.0/connector-service/feature-flags/PYTHON/4.9.0");
  expect(flags.json).toEqual({ flags: [], ttl_seconds: 900 });
  const body = { uploadTime: 1, protoLogs: ["{}", "{}"] };
  for (const [path, token] of [
    ["/telemetry-ext", undefined],
    ["/telemetry-unauth", null],
  ] as const) {
    const sent = await call("POST", path, { body, ...(token === null ? { token } : {}) });
    expect(sent.json).toEqual({ errors: [], numSuccess: 0, numProtoSuccess: 2 });
  }
});

test("AUTOCOMMIT is true and cannot be turned off, COMMIT finds no transaction, and ROLLBACK has nothing to do", async () => {
  const { alice, rows } = await start();
  const session = await alice.session();
  expect((await rows(session, "SET AUTOCOMMIT")).rows).toEqual([["true"]]);
  await rows(session, "SET AUTOCOMMIT = TRUE");
  for (const sql of ["SET AUTOCOMMIT = FALSE", "START TRANSACTION", "BEGIN TRANSACTION", "BEGIN WORK"])
    await expect(rows(session, sql)).rejects.toThrow("UNSUPPORTED_FEATURE.TRANSACTIONS");
  await expect(rows(session, "COMMIT")).rejects.toThrow("NO_ACTIVE_TRANSACTION");
  await rows(session, "ROLLBACK TRANSACTION");
  await rows(session, "ROLLBACK");
});

test("GetColumns lists the columns that match, with their JDBC types", async () => {
  const { alice } = await start();
  const { directResults } = await alice.send("GetColumns", columnsRequest, operationResponse, {
    sessionHandle: await alice.session(),
    catalogName: "samples",
    schemaName: "tpch",
    tableName: "orders",
    columnName: "o_order%",
    getDirectResults: { maxRows: 100 },
  });
  const { resultSetMetadata, resultSet } = directResults!;
  const names = resultSetMetadata?.schema?.columns?.map(({ columnName }) => columnName) ?? [];
  const found = rowsOf(resultSetMetadata!.arrowSchema, resultSet!).map((row) =>
    ["COLUMN_NAME", "DATA_TYPE", "TYPE_NAME", "ORDINAL_POSITION"].map((name) => row[names.indexOf(name)]),
  );
  expect(names).toHaveLength(23);
  expect(found.map(([name, type, text]) => [name, type, text])).toContainEqual(["o_orderkey", -5, "BIGINT"]);
  expect(found.length).toBeGreaterThan(2);
});

test("with use_sea the connector lists by SHOW … IN CATALOG, and takes the sixth column for the type of a table", async () => {
  const { call } = await start();
  const rows = async (statement: string) => {
    const body = { statement, warehouse_id: "a1b2c3d4e5f60718", disposition: "INLINE", format: "JSON_ARRAY" };
    const { manifest, result } = (await call("POST", "/api/2.0/sql/statements", { body })).json;
    return { names: manifest.schema.columns.map((column: { name: string }) => column.name), ...result };
  };
  const tables = await rows("SHOW TABLES IN CATALOG samples SCHEMA LIKE 'tp%' LIKE 'orders'");
  expect(tables.names[5]).toBe("tableType");
  expect(tables.data_array).toMatchObject([["tpch", "orders", "false", null, "samples", "TABLE", null]]);
  expect((await rows("SHOW SCHEMAS IN samples LIKE 'tp%'")).data_array).toEqual([["tpch"]]);
  const columns = await rows("SHOW COLUMNS IN CATALOG samples SCHEMA LIKE 'tpch' TABLE LIKE 'orders'");
  expect(columns.names.slice(0, 5)).toEqual([
    "col_name",
    "catalogName",
    "namespace",
    "tableName",
    "columnType",
  ]);
  expect(columns.data_array).toHaveLength(9);
  expect((await rows("SHOW TABLES IN ALL CATALOGS LIKE 'nothing'")).data_array).toBeUndefined();
});
