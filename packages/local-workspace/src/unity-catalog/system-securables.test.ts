import { expect, test } from "vitest";
import { rowsOf, ThriftClient } from "../../test/thrift-client.ts";
import { BOB, pages, startForTest, UC } from "../../test/under-test.ts";

const names = (found: { name: string }[][]) => found.flat().map((one) => one.name);

test("REST lists the catalog system, the schema information_schema and its views, as SHOW does", async () => {
  const { call } = await startForTest();
  const client = new ThriftClient(call, BOB);
  const session = await client.session();
  const shown = async (sql: string, column: number) => {
    const { resultSetMetadata, resultSet } = (await client.execute(session, sql)).directResults!;
    return rowsOf(resultSetMetadata!.arrowSchema, resultSet!).map((row) => row[column]);
  };
  const listed = async (path: string, field: string) => names(await pages(call, `${UC}/${path}`, field, BOB));
  expect(await listed("catalogs", "catalogs")).toEqual(await shown("SHOW CATALOGS", 0));
  for (const catalog of ["main", "system"]) {
    const schemas = await listed(`schemas?catalog_name=${catalog}`, "schemas");
    expect(schemas).toContain("information_schema");
    expect(schemas).toEqual(await shown(`SHOW SCHEMAS IN ${catalog}`, 0));
    const within = `catalog_name=${catalog}&schema_name=information_schema`;
    const views = await listed(`tables?${within}&max_results=7`, "tables");
    expect(views).toContain("columns");
    expect(views).toEqual(await shown(`SHOW TABLES IN ${catalog}.information_schema`, 1));
  }
  expect(await shown("DESCRIBE TABLE main.information_schema.schema_tags", 0)).toEqual([
    "catalog_name",
    "schema_name",
    "tag_name",
    "tag_value",
  ]);
});

test("GET describes what a metastore has by itself, to whoever sees the catalog", async () => {
  const { call } = await startForTest();
  const get = async (path: string) => (await call("GET", `${UC}/${path}`, { token: BOB })).json;
  expect(await get("catalogs/system")).toMatchObject({
    name: "system",
    catalog_type: "SYSTEM_CATALOG",
    owner: "System user",
  });
  expect(await get("schemas/main.information_schema")).toMatchObject({
    full_name: "main.information_schema",
    owner: "System user",
  });
  const view = await get("tables/system.information_schema.catalogs");
  expect(view).toMatchObject({
    catalog_name: "system",
    schema_name: "information_schema",
    table_type: "VIEW",
  });
  expect(view.columns[0]).toMatchObject({ name: "catalog_name", type_text: "string", position: 0 });
  expect(await get("tables/main.information_schema.columns/exists")).toEqual({ table_exists: true });
  expect(await get("schemas/finance.information_schema")).toMatchObject({ error_code: "PERMISSION_DENIED" });
  expect(await get("tables/main.information_schema.nothing")).toMatchObject({
    error_code: "TABLE_DOES_NOT_EXIST",
  });
});

test("what a metastore has by itself cannot be made, changed or dropped", async () => {
  const { call } = await startForTest();
  const made = await call("POST", `${UC}/schemas`, {
    body: { name: "information_schema", catalog_name: "main" },
  });
  expect([made.status, made.json.error_code]).toEqual([400, "SCHEMA_ALREADY_EXISTS"]);
  const catalog = await call("POST", `${UC}/catalogs`, { body: { name: "System" } });
  expect([catalog.status, catalog.json.error_code]).toEqual([400, "CATALOG_ALREADY_EXISTS"]);
  const inside = {
    name: "x",
    catalog_name: "main",
    schema_name: "information_schema",
    volume_type: "MANAGED",
  };
  expect((await call("POST", `${UC}/volumes`, { body: inside })).status).toBe(404);
  for (const path of ["catalogs/system", "schemas/main.information_schema"]) {
    expect((await call("DELETE", `${UC}/${path}?force=true`)).status).toBe(404);
    expect((await call("PATCH", `${UC}/${path}`, { body: { comment: "mine" } })).status).toBe(404);
  }
});
