import { expect, test } from "vitest";
import { rowsOf, ThriftClient } from "../../test/thrift-client.ts";
import { ALICE, BOB, CAROL, startForTest, temporaryDir, UC, type UnderTest } from "../../test/under-test.ts";

/** Runs one statement in its own session. Throws Databricks' message if it fails. */
function runner({ call }: UnderTest) {
  return async (sql: string, token = ALICE): Promise<unknown[][]> => {
    const client = new ThriftClient(call, token);
    const session = await client.session();
    const { directResults, operationHandle } = await client.execute(session, sql, { runAsync: true });
    const results = directResults!;
    if (results.operationStatus?.operationState === 1) {
      // It took longer than the call waits. Asking for the metadata waits for its end.
      const { arrowSchema } = await client.metadata(operationHandle!);
      const rows = rowsOf(arrowSchema, await client.fetch(operationHandle!, 100_000));
      await client.closeSession(session);
      return rows;
    }
    await client.closeSession(session);
    if (results.resultSet === undefined) throw new Error(results.operationStatus?.displayMessage);
    return rowsOf(results.resultSetMetadata!.arrowSchema, results.resultSet);
  };
}

test("REST lists what SQL creates, and what REST deletes is gone from SQL", async () => {
  const under = await startForTest();
  const { call } = under;
  const sql = runner(under);
  await sql("CREATE CATALOG lab COMMENT 'for tests'");
  await sql("CREATE SCHEMA lab.s");
  await sql(
    "CREATE TABLE lab.s.t (id BIGINT NOT NULL, tags ARRAY<STRING>, price DECIMAL(10,2) COMMENT 'in euros')",
  );
  await sql("CREATE VIEW lab.s.v AS SELECT id FROM lab.s.t");
  await sql("CREATE VOLUME lab.s.files");
  expect((await call("GET", `${UC}/catalogs/lab`)).json).toMatchObject({
    owner: "alice@example.com",
    comment: "for tests",
  });
  const { json } = await call("GET", `${UC}/tables?catalog_name=lab&schema_name=s`);
  expect(json.tables).toMatchObject([
    {
      name: "t",
      table_type: "MANAGED",
      columns: [
        { name: "id", type_text: "bigint", type_name: "LONG", nullable: false, position: 0 },
        { name: "tags", type_text: "array<string>", type_name: "ARRAY", position: 1 },
        { name: "price", type_text: "decimal(10,2)", type_name: "DECIMAL", comment: "in euros" },
      ],
    },
    { name: "v", table_type: "VIEW" },
  ]);
  expect(JSON.parse(json.tables[0].columns[1].type_json)).toMatchObject({
    type: { type: "array", elementType: "string", containsNull: true },
  });
  expect((await call("GET", `${UC}/volumes/lab.s.files`)).status).toBe(200);
  await sql("INSERT INTO lab.s.t VALUES (9007199254740993, array('a'), 1.50)");
  expect(await sql("SELECT id FROM lab.s.v")).toEqual([[9007199254740993n]]);
  expect((await call("DELETE", `${UC}/tables/lab.s.t`)).status).toBe(200);
  await expect(sql("SELECT * FROM lab.s.t")).rejects.toThrow("[TABLE_OR_VIEW_NOT_FOUND]");
  await sql("CREATE TABLE lab.s.t (id BIGINT)");
  expect(await sql("SELECT * FROM lab.s.t")).toEqual([]);
  expect((await call("DELETE", `${UC}/catalogs/lab?force=true`)).status).toBe(200);
  await expect(sql("SELECT * FROM lab.s.t")).rejects.toThrow("NOT_FOUND");
  await sql("CREATE CATALOG lab");
  expect((await call("GET", `${UC}/schemas?catalog_name=lab`)).json.schemas).toMatchObject([
    { name: "default" },
    { name: "information_schema" },
  ]);
});

test("the length of a VARCHAR and of a CHAR is kept, shown by REST and enforced", async () => {
  const under = await startForTest();
  const sql = runner(under);
  await sql("CREATE TABLE main.default.codes (code VARCHAR(2), fixed CHAR(3))");
  const { json } = await under.call("GET", `${UC}/tables/main.default.codes`);
  expect(json.columns).toMatchObject([
    { name: "code", type_text: "varchar(2)", type_name: "STRING" },
    { name: "fixed", type_text: "char(3)", type_name: "STRING" },
  ]);
  expect(JSON.parse(json.columns[0].type_json)).toMatchObject({
    type: "string",
    metadata: { __CHAR_VARCHAR_TYPE_STRING: "varchar(2)" },
  });
  await expect(sql("INSERT INTO main.default.codes VALUES ('abc', 'a')")).rejects.toThrow(
    "[EXCEED_LIMIT_LENGTH]",
  );
  await sql("INSERT INTO main.default.codes VALUES ('ab', 'a')");
  expect(await sql("SELECT code, fixed, length(fixed) FROM main.default.codes")).toEqual([["ab", "a  ", 3]]);
});

test("SQL can use and rename what REST creates, and REST shows the new name", async () => {
  const under = await startForTest();
  const { call } = under;
  const sql = runner(under);
  await call("POST", `${UC}/schemas`, { body: { name: "made", catalog_name: "main" } });
  await sql("CREATE TABLE main.made.t AS SELECT 1 AS a");
  await sql("ALTER TABLE main.made.t RENAME TO main.made.u");
  expect((await call("GET", `${UC}/tables/main.made.t`)).status).toBe(404);
  expect((await call("GET", `${UC}/tables/main.made.u`)).json.columns).toMatchObject([
    { name: "a", type_text: "int" },
  ]);
  await call("PATCH", `${UC}/schemas/main.made`, { body: { new_name: "remade" } });
  expect(await sql("SELECT a FROM main.remade.u")).toEqual([[1]]);
  await sql("COMMENT ON TABLE main.remade.u IS 'seen'");
  expect((await call("GET", `${UC}/tables/main.remade.u`)).json.comment).toBe("seen");
});

test("SQL refuses by name to call a function that REST lists, and does not drop a schema that contains one", async () => {
  const under = await startForTest();
  const sql = runner(under);
  for (const statement of [
    "SELECT main.sales.net_amount(119.00, 0.19)",
    "SELECT * FROM main.sales.net_amount(119.00, 0.19)",
  ]) {
    await expect(sql(statement)).rejects.toThrow(
      /^\[UNSUPPORTED_FEATURE\.USER_DEFINED_FUNCTION\] .*main\.sales\.net_amount/,
    );
  }
  await sql("CREATE SCHEMA main.tools");
  const copy = (await under.call("GET", `${UC}/functions/main.sales.net_amount`)).json;
  await under.call("POST", `${UC}/functions`, { body: { function_info: { ...copy, schema_name: "tools" } } });
  await expect(sql("DROP SCHEMA main.tools")).rejects.toThrow("[SCHEMA_NOT_EMPTY]");
  await sql("DROP SCHEMA main.tools CASCADE");
  expect((await under.call("GET", `${UC}/functions/main.tools.net_amount`)).status).toBe(404);
});

test("rows survive a restart", async () => {
  const dir = await temporaryDir();
  const first = await startForTest({ dir });
  await runner(first)("CREATE TABLE main.default.kept AS SELECT 'x' AS a");
  await first.workspace.close();
  expect(await runner(await startForTest({ dir }))("SELECT a FROM main.default.kept")).toEqual([["x"]]);
});

test("each statement runs with exactly its principal's rights", async () => {
  const under = await startForTest();
  const sql = runner(under);
  await sql("CREATE TABLE main.sales.numbers AS SELECT 1 AS a");
  expect(await sql("SELECT a FROM main.sales.numbers", BOB)).toEqual([[1]]);
  expect(await sql("SELECT current_user()", BOB)).toEqual([["bob@example.com"]]);
  for (const [statement, token] of [
    ["INSERT INTO main.sales.numbers VALUES (2)", BOB],
    ["DROP TABLE main.sales.numbers", BOB],
    ["CREATE TABLE main.sales.mine (a INT)", CAROL],
    ["CREATE VOLUME main.sales.bobs", BOB],
    ["CREATE CATALOG bobs", BOB],
    ["SELECT * FROM finance.ledger.entries", BOB],
    ["COMMENT ON TABLE main.sales.numbers IS 'x'", BOB],
  ] as const) {
    const failure: unknown = await sql(statement, token).catch((error: unknown) => error);
    expect([statement, String(failure)]).toEqual([statement, expect.stringContaining("[PERMISSION_DENIED]")]);
  }
  await sql("CREATE VOLUME main.sales.carols", CAROL);
  const catalogs = (await sql("SHOW CATALOGS", BOB)).flat();
  expect(catalogs).not.toContain("finance");
  expect((await sql("SHOW CATALOGS")).flat()).toContain("finance");
  expect(await sql("SELECT count(*) FROM main.sales.numbers")).toEqual([[1n]]);
});

test("SQL reads files that the Files API wrote, if the principal may read the volume", async () => {
  const under = await startForTest();
  const { call } = under;
  const sql = runner(under);
  await sql("CREATE VOLUME main.sales.csvs");
  await call("PUT", "/api/2.0/fs/files/Volumes/main/sales/csvs/in/a.csv", {
    body: "id,name\n1,Ada\n2,Bob\n",
  });
  const read =
    "SELECT id, name FROM read_files('/Volumes/main/sales/csvs/in/', format => 'csv', header => true) ORDER BY id";
  expect((await sql(read)).map(([, name]) => name)).toEqual(["Ada", "Bob"]);
  await sql("CREATE SCHEMA finance.secret");
  await sql("CREATE VOLUME finance.secret.csvs");
  await call("PUT", "/api/2.0/fs/files/Volumes/finance/secret/csvs/a.csv", { body: "id\n1\n" });
  await expect(
    sql("SELECT * FROM read_files('/Volumes/finance/secret/csvs/a.csv', format => 'csv')", BOB),
  ).rejects.toThrow("PERMISSION_DENIED");
  await expect(sql("SELECT * FROM read_files('/etc/passwd', format => 'text')")).rejects.toThrow("[");
});

test("Thrift's metadata calls list what the caller may see", async () => {
  const { call } = await startForTest();
  const { metadataRequest, operationResponse } = await import("../thrift/tcli-structs.ts");
  const list = async (method: string, more: object, token = ALICE) => {
    const client = new ThriftClient(call, token);
    const sessionHandle = await client.session();
    const { directResults } = await client.send(method, metadataRequest, operationResponse, {
      sessionHandle,
      runAsync: false,
      getDirectResults: { maxRows: 1000 },
      ...more,
    });
    const { resultSetMetadata, resultSet } = directResults!;
    return {
      columns: resultSetMetadata?.schema?.columns?.map((column) => column.columnName),
      rows: rowsOf(resultSetMetadata!.arrowSchema, resultSet!),
    };
  };
  expect((await list("GetCatalogs", {}, BOB)).rows).toEqual([["main"], ["samples"], ["system"]]);
  const schemas = await list("GetSchemas", { catalogName: "samples", schemaName: "t%" });
  expect(schemas).toEqual({ columns: ["TABLE_SCHEM", "TABLE_CATALOG"], rows: [["tpch", "samples"]] });
  const tables = await list("GetTables", {
    catalogName: "samples",
    schemaName: "tpch",
    tableTypes: ["TABLE"],
  });
  expect(tables.columns?.slice(0, 5)).toEqual([
    "TABLE_CAT",
    "TABLE_SCHEM",
    "TABLE_NAME",
    "TABLE_TYPE",
    "REMARKS",
  ]);
  expect(tables.rows.map((row) => row.slice(0, 4))).toContainEqual(["samples", "tpch", "orders", "TABLE"]);
  expect((await list("GetTables", { tableTypes: ["VIEW"], catalogName: "samples" })).rows).toEqual([]);
  expect((await list("GetTableTypes", {})).rows).toEqual([["TABLE"], ["VIEW"]]);
});
