import { expect, test } from "vitest";
import { BOB, CAROL, startForTest, UC } from "../../test/under-test.ts";

const BOB_NAME = "bob@example.com";
const run = (sql: string) => ({
  body: { warehouse_id: "a1b2c3d4e5f60718", statement: sql },
});

test("a grant by REST opens a securable, and what it opens ends with its removal", async () => {
  const { call } = await startForTest();
  const change = (path: string, body: object) => call("PATCH", `${UC}/permissions/${path}`, { body });
  expect((await call("GET", `${UC}/catalogs/finance`, { token: BOB })).status).toBe(403);
  const granted = await change("catalog/finance", {
    changes: [{ principal: BOB_NAME, add: ["USE_CATALOG", "BROWSE"] }],
  });
  expect(granted.json.privilege_assignments).toContainEqual({
    principal: BOB_NAME,
    privileges: ["BROWSE", "USE_CATALOG"],
  });
  expect((await call("GET", `${UC}/catalogs/finance`, { token: BOB })).status).toBe(200);
  const only = await call("GET", `${UC}/permissions/CATALOG/finance?principal=${BOB_NAME}`);
  expect(only.json.privilege_assignments).toHaveLength(1);
  await change("catalog/finance", { changes: [{ principal: BOB_NAME, remove: ["USE_CATALOG", "BROWSE"] }] });
  expect((await call("GET", `${UC}/catalogs/finance`, { token: BOB })).status).toBe(403);
  expect((await call("GET", `${UC}/permissions/catalog/finance?principal=${BOB_NAME}`)).json).toEqual({});
});

test("effective permissions say where a privilege was granted", async () => {
  const { call } = await startForTest();
  const { json } = await call(
    "GET",
    `${UC}/effective-permissions/table/main.sales.orders?principal=${BOB_NAME}`,
  );
  const inherited = { inherited_from_type: "CATALOG", inherited_from_name: "main" };
  expect(json.privilege_assignments[0].privileges).toContainEqual({ privilege: "USE_CATALOG", ...inherited });
});

test("only an owner grants, to principals that exist, what applies to the securable", async () => {
  const { call } = await startForTest();
  const change = (path: string, one: object, token?: string) =>
    call("PATCH", `${UC}/permissions/${path}`, {
      body: { changes: [one] },
      ...(token === undefined ? {} : { token }),
    });
  expect((await change("catalog/main", { principal: BOB_NAME, add: ["SELECT"] }, CAROL)).status).toBe(403);
  const nobody = await change("catalog/main", { principal: "nobody", add: ["SELECT"] });
  expect([nobody.status, nobody.json.error_code]).toEqual([404, "PRINCIPAL_DOES_NOT_EXIST"]);
  const wrong = await change("schema/main.sales", { principal: BOB_NAME, add: ["USE_CATALOG"] });
  expect([wrong.status, wrong.json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
  expect((await change("metastore/any", { principal: BOB_NAME, add: ["CREATE_CATALOG"] })).status).toBe(501);
});

test("GRANT in SQL and permissions in REST are the same, and survive a restart", async () => {
  const { call, dir, workspace } = await startForTest();
  const sql = async (text: string) => (await call("POST", "/api/2.0/sql/statements", run(text))).json;
  expect((await sql(`GRANT USE CATALOG ON CATALOG finance TO \`${BOB_NAME}\``)).status.state).toBe(
    "SUCCEEDED",
  );
  expect((await sql("GRANT SELECT ON CATALOG finance TO nobody")).status.error.message).toContain(
    "[PRINCIPAL_DOES_NOT_EXIST]",
  );
  const path = `${UC}/permissions/catalog/finance?principal=${BOB_NAME}`;
  const expected = { privilege_assignments: [{ principal: BOB_NAME, privileges: ["USE_CATALOG"] }] };
  expect((await call("GET", path)).json).toEqual(expected);
  await workspace.close();
  const again = await startForTest({ dir });
  expect((await again.call("GET", path)).json).toEqual(expected);
});

test("a catalog keeps its isolation mode", async () => {
  const { call } = await startForTest();
  const body = { isolation_mode: "ISOLATED" };
  expect((await call("PATCH", `${UC}/catalogs/main`, { body })).json.isolation_mode).toBe("ISOLATED");
  expect((await call("GET", `${UC}/catalogs/main`)).json.isolation_mode).toBe("ISOLATED");
  expect((await call("PATCH", `${UC}/catalogs/main`, { body: { isolation_mode: "X" } })).status).toBe(400);
});

test("a table shows its keys, its partition columns and its clustering columns", async () => {
  const { call } = await startForTest();
  const sql = async (text: string) => (await call("POST", "/api/2.0/sql/statements", run(text))).json;
  await sql("CREATE TABLE main.default.p (id INT PRIMARY KEY, day DATE) PARTITIONED BY (day)");
  await sql("CREATE TABLE main.default.c (id INT, p INT REFERENCES main.default.p) CLUSTER BY (id)");
  const [parent, child] = await Promise.all(
    ["p", "c"].map(async (name) => (await call("GET", `${UC}/tables/main.default.${name}`)).json),
  );
  expect(parent.table_constraints).toEqual([
    { primary_key_constraint: { name: "p_pk", child_columns: ["id"] } },
  ]);
  expect(parent.columns.map((column: { partition_index?: number }) => column.partition_index)).toEqual([
    undefined,
    0,
  ]);
  expect(child.table_constraints).toEqual([
    {
      foreign_key_constraint: {
        name: "c_p_fk",
        child_columns: ["p"],
        parent_table: "main.default.p",
        parent_columns: ["id"],
      },
    },
  ]);
  expect(child.properties).toEqual({ clusteringColumns: '[["id"]]' });
  const described = await sql("DESCRIBE TABLE EXTENDED main.default.p AS JSON");
  expect(JSON.parse(described.result.data_array[0][0])).toMatchObject({
    table_name: "p",
    catalog_name: "main",
    schema_name: "default",
    columns: [
      { name: "id", type: { name: "int" }, nullable: false },
      { name: "day", type: { name: "date" }, nullable: true },
    ],
    partition_columns: ["day"],
  });
  const shown = (await sql("SHOW TABLE EXTENDED IN main.default LIKE 'p|c'")).result.data_array;
  expect(shown.map((row: string[]) => row.slice(0, 3))).toEqual([
    ["default", "c", "false"],
    ["default", "p", "false"],
  ]);
  expect(shown[1][3]).toContain("Type: MANAGED\nProvider: delta\n");
  expect(shown[1][3]).toContain(" |-- id: integer (nullable = false)\n |-- day: date (nullable = true)\n");
});
