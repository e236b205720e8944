import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, startWorkspace } from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  gateway.log.length = 0;
});
afterEach(() => workspace.clearFaults());

const names = { catalog_name: "main", schema_name: "sales" };
const table = { name: "orders", full_name: "main.sales.orders", ...names };
const schemaOf = { catalog: "main", schema: "sales" };
const answered = (body: object) => workspace.addFault({ method: "GET", status: 200, body });
const oddFields = () => gateway.log.at(-1)?.["odd_fields"];

describe("an odd optional field alone is left out:", () => {
  test("a warehouse's auto_stop_mins that is a text", async () => {
    const sound = { id: "b", name: "B", auto_stop_mins: 10 };
    answered({ warehouses: [{ id: "a", name: "A", auto_stop_mins: "10" }, sound] });
    const { status, body } = await gateway.run("list_warehouses");
    expect([status, body]).toEqual([200, { warehouses: [{ id: "a", name: "A" }, sound] }]);
    expect(oddFields()).toEqual(["warehouses.0.auto_stop_mins (invalid_type)"]);
  });

  test("a column's position that is a text", async () => {
    const column = { name: "id", type: "INT", type_text: "INT", nullable: false };
    const given = { name: "id", type_name: "INT", type_text: "int", nullable: false, position: "0" };
    answered({ tables: [{ ...table, columns: [given] }] });
    const { status, body } = await gateway.run("list_tables", schemaOf);
    expect([status, body]).toEqual([200, { tables: [{ ...table, columns: [column] }] }]);
    expect(oddFields()).toEqual(["tables.0.columns.0.position (invalid_type)"]);
  });

  test.each<[string, string, object, object, object]>([
    ["a comment", "get_table", { ...schemaOf, name: "orders" }, { ...table, comment: 5 }, table],
    ["a time", "get_table", { ...schemaOf, name: "orders" }, { ...table, created_at: "soon" }, table],
    [
      "columns that are not a list",
      "get_table",
      { ...schemaOf, name: "orders" },
      { ...table, columns: "x" },
      table,
    ],
    ["a kind", "get_catalog", { name: "main" }, { name: "main", catalog_type: ["x"] }, { name: "main" }],
    ["an owner", "get_catalog", { name: "main" }, { name: "main", owner: { id: 1 } }, { name: "main" }],
    [
      "a display name",
      "me",
      {},
      { userName: "u", id: "1", displayName: 7 },
      { user_name: "u", id: "1", emails: [], active: true, workspace_kind: "local" },
    ],
    [
      "an e-mail address",
      "me",
      {},
      { userName: "u", id: "1", emails: [{ value: 7 }] },
      { user_name: "u", id: "1", emails: [], active: true, workspace_kind: "local" },
    ],
  ])("%s of %s", async (_what, op, params, given, expected) => {
    answered(given);
    const { status, body } = await gateway.run(op, params);
    expect([status, body]).toEqual([200, expected]);
    expect(oddFields()).toHaveLength(1);
    expect(JSON.stringify(gateway.log.at(-1))).not.toContain("soon");
  });

  test("parameters of a function, one of which has no name", async () => {
    const sound = { name: "slug", full_name: "main.sales.slug", ...names };
    answered({ functions: [{ ...sound, input_params: { parameters: [{ position: 0 }] } }] });
    const { body } = await gateway.run("list_functions", schemaOf);
    expect(body).toEqual({ functions: [sound] });
  });

  test("the size of a directory entry", async () => {
    const entry = { name: "a", path: "/Volumes/main/default/files/a", is_directory: false };
    answered({ contents: [{ ...entry, file_size: "large", last_modified: {} }] });
    const { body } = await gateway.run("list_directory", { path: "/Volumes/main/default/files" });
    expect(body).toEqual({ contents: [entry] });
  });

  test("each of 1,000 entries, and the log names twenty of them", async () => {
    answered({ tables: Array.from({ length: 1_000 }, () => ({ ...table, owner: 1, comment: 2 })) });
    const { status, body } = await gateway.run("list_tables", schemaOf);
    expect([status, body.tables.length, body.tables[999]]).toEqual([200, 1_000, table]);
    expect(oddFields()).toHaveLength(20);
  });
});

describe("a name missing from a reply is made from the names beside it:", () => {
  test("full_name of a table in a listing", async () => {
    const { full_name: _, ...nameless } = table;
    answered({ tables: [nameless, { ...table, full_name: 5 }, table] });
    const { body } = await gateway.run("list_tables", schemaOf);
    expect(body).toEqual({ tables: [table, table, table] });
    expect(oddFields()).toEqual(["tables.0.full_name (invalid_type)", "tables.1.full_name (invalid_type)"]);
  });

  test.each([
    [
      "list_schemas",
      { catalog: "main" },
      "schemas",
      { name: "sales", full_name: "main.sales", catalog_name: "main" },
    ],
    ["list_volumes", schemaOf, "volumes", { name: "files", full_name: "main.sales.files", ...names }],
    ["list_functions", schemaOf, "functions", { name: "slug", full_name: "main.sales.slug", ...names }],
  ])("full_name and catalog_name in %s", async (op, params, field, whole) => {
    const { full_name: _, ...nameless } = whole;
    const { catalog_name: __, ...homeless } = whole;
    answered({ [field]: [nameless, homeless] });
    expect((await gateway.run(op, params)).body).toEqual({ [field]: [whole, whole] });
  });
});

describe("an odd required field fails the call, and the log names it:", () => {
  test.each<[string, string, object, object, string]>([
    ["a table without a name", "list_tables", schemaOf, { tables: [table, names] }, "tables.1.name"],
    ["a warehouse without an id", "list_warehouses", {}, { warehouses: [{ name: "A" }] }, "warehouses.0.id"],
    ["an identity without a name", "me", {}, { id: "1" }, "user_name"],
    ["an identity whose state is odd", "me", {}, { userName: "u", id: "1", active: "no" }, "active"],
    [
      "a table without any name that tells its place",
      "list_tables",
      schemaOf,
      { tables: [{ name: "t" }] },
      "tables.0.full_name",
    ],
  ])("%s", async (_what, op, params, given, field) => {
    answered(given);
    const answer = await gateway.run(op, params);
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
    expect(gateway.log.at(-1)?.["cause"]).toContain(field);
    expect(answer.text).not.toContain(field);
  });
});

test("null counts as an absent field, not as an odd one, except where null is a value", async () => {
  answered({ tables: [{ ...table, comment: null, columns: null }], next_page_token: null });
  const { body } = await gateway.run("list_tables", schemaOf);
  expect(body).toEqual({ tables: [table] });
  expect(oddFields()).toBeUndefined();
});

test("a mutation whose result is odd has an unknown outcome", async () => {
  workspace.addFault({ method: "POST", afterRun: true, status: 200, body: { name: 5 } });
  const answer = await gateway.run("create_volume", {
    catalog: "main",
    schema: "default",
    name: "odd_result",
  });
  expect(answer.body).toMatchObject({ status: 502, retryable: false, outcome: "unknown" });
});
