import type { LocalWorkspace } from "@front-door/local-workspace";
import { type OperationDefinition, operations } from "@front-door/operations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, signedId, startGateway, tokenOf } from "./gateway-under-test.ts";
import { nationIndex } from "./operations/vector-search-cases.ts";
import { startSqlWorkspace, warehouseId, warehousePath } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
});
afterAll(() => workspace.close());
beforeEach(() => workspace.clearRequests());
afterEach(async () => {
  workspace.clearFaults();
  await gateway.close();
});

async function start(policy: Record<string, string>): Promise<void> {
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_HTTP_PATH: warehousePath,
    ...policy,
  });
}

const files = "/Volumes/main/default/files";
const sql = { sql: "SELECT 1 AS one" };

/** Databricks does not know it, but the gateway has signed it. */
const unknownStatement = () => ({ statement_id: signedId(workspace.url, "01ef") });

/** How an operation ends, and whether Databricks was asked anything for it. */
async function outcome(op: string, params: object) {
  workspace.clearRequests();
  const answer = op === "write_file" ? await gateway.upload(params, "x") : await gateway.run(op, params);
  const { error_code: code, error } = answer.status < 400 ? {} : { ...errorOf(answer) };
  const isRefused = code === "OPERATION_NOT_ALLOWED";
  return { isRefused, status: answer.status, asked: workspace.requests().length > 0, error };
}

/** The policy let it through, whatever Databricks said then. */
const letThrough = { isRefused: false, asked: true };
const refused = (names: string) => ({
  isRefused: true,
  status: 403,
  asked: false,
  error: expect.stringContaining(names) as string,
});
const toEverybody = { principal: "account users", add: ["ALL_PRIVILEGES"] };
const inLedger = { securable_type: "table", catalog: "finance", schema: "ledger", name: "entries" };
const namesOf = (securables: { name: string }[]) => securables.map(({ name }) => name);

const namesOfWarehouses = (queries: { warehouse_id: string }[]) =>
  new Set(queries.map(({ warehouse_id: id }) => id));

const paths = (path: string) =>
  [
    "create_directory",
    "list_directory",
    "list_tree",
    "delete_directory",
    "file_metadata",
    "read_file",
    "write_file",
    "delete_file",
  ]
    .map((op): [string, object] => [op, { path }])
    .concat(copies(path, `${path}.copy`));
const copies = (source_path: string, destination_path: string) =>
  ["copy_file", "move_file"].map((op): [string, object] => [op, { source_path, destination_path }]);

test("with ALLOWED_OPERATIONS only those operations run", async () => {
  await start({ ALLOWED_OPERATIONS: "me,list_*" });
  expect(await outcome("me", {})).toMatchObject(letThrough);
  expect(await outcome("list_schemas", { catalog: "main" })).toMatchObject(letThrough);
  expect(await outcome("get_catalog", { name: "main" })).toEqual(refused("get_catalog is not allowed"));
  expect(await outcome("write_file", { path: `${files}/a` })).toEqual(refused("write_file is not allowed"));
  expect(await outcome("execute_query", sql)).toEqual(refused("execute_query is not allowed"));
});

test("the refusal of what only its name allows says how to allow it", async () => {
  await start({ ALLOWED_OPERATIONS: "*" });
  expect(await outcome("delete_schema", { catalog: "main", name: "x" })).toEqual(
    refused("delete_schema is not allowed here: ALLOWED_OPERATIONS must name it, as in *,delete_schema"),
  );
});

describe("a parameter that makes an operation do the work of another one needs the right to that too", () => {
  const nearest = { ...nationIndex, columns: ["n_name"], query_text: "foxes" };
  const reranker = { model: "databricks_reranker" };

  test.each<[Record<string, string>, string, object, object]>([
    [{ READ_ONLY: "true" }, "query_vector_search_index", nearest, { reranker }],
    [
      { ALLOWED_OPERATIONS: "query_vector_search_index" },
      "query_vector_search_index",
      nearest,
      { columns_to_rerank: ["n_name"] },
    ],
    // A model can be an agent, which can reach any catalog.
    [{ ALLOWED_CATALOGS: "samples" }, "query_vector_search_index", nearest, { reranker }],
    [
      { ALLOWED_OPERATIONS: "*,delete_schema" },
      "delete_schema",
      { catalog: "main", name: "x" },
      { force: true },
    ],
    [
      { ALLOWED_OPERATIONS: "*,delete_catalog,delete_schema" },
      "delete_catalog",
      { name: "none" },
      { force: true },
    ],
    [
      { ALLOWED_OPERATIONS: "delete_directory" },
      "delete_directory",
      { path: `${files}/none` },
      { recursive: true },
    ],
  ])("%j: %s %j, and with %j", async (policy, op, params, more) => {
    await start(policy);
    const [parameter] = Object.keys(more);
    expect(await outcome(op, { ...params, ...more })).toEqual(refused(`leave ${parameter} out: `));
    expect(await outcome(op, params)).toMatchObject(letThrough);
  });

  test("with it, the parameter is let through", async () => {
    await start({ ALLOWED_OPERATIONS: "query_vector_search_index,query_serving_endpoint" });
    expect(await outcome("query_vector_search_index", { ...nearest, reranker })).toMatchObject(letThrough);
  });
});

describe("with ALLOWED_CATALOGS", () => {
  beforeEach(() => start({ ALLOWED_CATALOGS: "Main" }));

  test.each<[string, object]>([
    ["get_catalog", { name: "MAIN" }],
    ["list_schemas", { catalog: "main" }],
    ["list_tables", { catalog: "main", schema: "default" }],
    ["get_table", { catalog: "main", schema: "default", name: "nothing" }],
    ["list_volumes", { catalog: "main", schema: "default" }],
    ["ensure_volume", { catalog: "main", schema: "default", name: "files" }],
    ["read_file", { path: "/Volumes/mAiN/default/files/readme.txt" }],
    ["me", {}],
    ["list_warehouses", {}],
  ])("%s %j is let through", async (op, params) => {
    expect(await outcome(op, params)).toMatchObject(letThrough);
  });

  test.each<[string, object]>([
    ["get_catalog", { name: "finance" }],
    ["list_schemas", { catalog: "finance" }],
    ["list_tables", { catalog: "finance", schema: "default" }],
    ["get_table", { catalog: "finance", schema: "reports", name: "t" }],
    ["list_volumes", { catalog: "finance", schema: "default" }],
    ["create_volume", { catalog: "finance", schema: "default", name: "v" }],
    ["ensure_volume", { catalog: "finance", schema: "default", name: "v" }],
    ["delete_volume", { catalog: "finance", schema: "default", name: "v" }],
    ["create_catalog", { name: "finance" }],
    ["update_catalog", { name: "finance", comment: "x" }],
    ["update_catalog", { name: "main", new_name: "finance" }],
    ["delete_catalog", { name: "finance" }],
    ["create_schema", { catalog: "finance", name: "s" }],
    ["update_schema", { catalog: "finance", name: "s", new_name: "t" }],
    ["delete_schema", { catalog: "finance", name: "s" }],
    ["table_exists", { catalog: "finance", schema: "ledger", name: "entries" }],
    ["delete_table", { catalog: "finance", schema: "ledger", name: "entries" }],
    ["list_table_summaries", { catalog: "finance" }],
    ["search_catalog", { query: "x", catalog: "finance" }],
    ["list_tags", inLedger],
    ["set_tag", { ...inLedger, column: "account", tag_key: "pii" }],
    ["unset_tag", { ...inLedger, tag_key: "pii" }],
    ["set_comment", { ...inLedger, comment: "x" }],
    ["get_table_lineage", { catalog: "finance", schema: "ledger", name: "entries" }],
    ["get_function", { catalog: "finance", schema: "ledger", name: "f" }],
    ["get_grants", { securable_type: "catalog", name: "finance" }],
    ["get_effective_grants", { securable_type: "schema", catalog: "finance", name: "ledger" }],
    ["update_grants", { securable_type: "catalog", name: "finance", changes: [toEverybody] }],
    ["update_grants", { ...inLedger, changes: [toEverybody] }],
    ...paths("/Volumes/finance/default/files/a"),
  ])("%s %j is refused", async (op, params) => {
    expect(await outcome(op, params)).toEqual(refused("the catalog finance is not allowed"));
  });

  test.each<[string, object]>([
    ["execute_query", sql],
    ["submit_statement", sql],
    ["get_statement", { statement_id: "01ef" }],
    ["get_statement_result", { statement_id: "01ef" }],
    ["cancel_statement", { statement_id: "01ef" }],
  ])("%s is refused, because a statement can name any catalog", async (op, params) => {
    expect(await outcome(op, params)).toEqual(refused("SQL is not allowed here"));
  });

  test.each<[string, object]>([
    ["list_query_history", {}],
    ["list_saved_queries", {}],
    ["get_saved_query", { saved_query_id: "6f1c2b3a-0d4e-4f5a-9b8c-7d6e5f4a3b2c" }],
  ])("%s is refused, because a text of SQL can show any data", async (op, params) => {
    expect(await outcome(op, params)).toEqual(refused(`${op} is not allowed here`));
  });

  test("search_catalog finds nothing in others, and asks nothing about them", async () => {
    const { body } = await gateway.run("search_catalog", { query: "e", max_results: 1000 });
    const names = body.results.map(({ full_name: name }: { full_name: string }) => name.split(".")[0]);
    expect(new Set(names)).toEqual(new Set(["main"]));
    const asked = workspace.requests().map(({ query }) => query["catalog_name"] ?? "main");
    expect(new Set(asked)).toEqual(new Set(["main"]));
  });

  test("list_catalogs lists only those, also page by page", async () => {
    expect(namesOf((await gateway.run("list_catalogs")).body.catalogs)).toEqual(["main"]);
    const seen: string[] = [];
    let page_token: string | undefined;
    do {
      const { body } = await gateway.run("list_catalogs", { max_results: 1, page_token });
      seen.push(...namesOf(body.catalogs));
      page_token = body.next_page_token;
    } while (page_token !== undefined);
    expect(seen).toEqual(["main"]);
  });
});

describe("with ALLOWED_VOLUME_ROOTS", () => {
  const team = `${files}/team`;
  beforeEach(() => start({ ALLOWED_VOLUME_ROOTS: `${team}, /Volumes/main/sales` }));

  test.each<[string, object]>([
    ...paths(`${team}/a.txt`),
    ...paths("/Volumes/MAIN/Sales/any/a.txt"),
    ["list_directory", { path: team }],
    ["list_directory", { path: `${team}/` }],
    ["list_volumes", { catalog: "main", schema: "default" }],
    ["ensure_volume", { catalog: "main", schema: "sales", name: "any" }],
    ["list_schemas", { catalog: "finance" }],
    ["create_catalog", { name: "of_roots" }],
    ["update_schema", { catalog: "main", name: "default", comment: "x" }],
    // All of it is inside a root.
    ["delete_schema", { catalog: "Main", name: "Sales" }],
  ])("%s %j is let through", async (op, params) => {
    expect(await outcome(op, params)).toMatchObject(letThrough);
  });

  // Each would delete volumes that are outside of the roots, or put others at their paths.
  test.each<[string, object, string]>([
    ["delete_catalog", { name: "main" }, "all that the catalog main has in it"],
    ["delete_catalog", { name: "finance", force: true }, "all that the catalog finance has in it"],
    ["update_catalog", { name: "finance", new_name: "main2" }, "all that the catalog finance has in it"],
    ["delete_schema", { catalog: "main", name: "default" }, "all that the schema main.default has in it"],
    [
      "delete_schema",
      { catalog: "main", name: "raw", force: true },
      "all that the schema main.raw has in it",
    ],
    [
      "update_schema",
      { catalog: "main", name: "raw", new_name: "sales" },
      "all that the schema main.raw has in it",
    ],
    [
      "update_schema",
      { catalog: "main", name: "sales", new_name: "raw" },
      "all that the schema main.raw has in it",
    ],
    [
      "update_grants",
      { securable_type: "catalog", name: "main", changes: [toEverybody] },
      "all that the catalog main has in it",
    ],
    [
      "update_grants",
      { securable_type: "schema", catalog: "main", name: "default", changes: [toEverybody] },
      "all that the schema main.default has in it",
    ],
    [
      "update_grants",
      { securable_type: "volume", catalog: "main", schema: "default", name: "files", changes: [toEverybody] },
      "the volume main.default.files is not",
    ],
    [
      "set_tag",
      { securable_type: "catalog", name: "main", tag_key: "x" },
      "all that the catalog main has in it",
    ],
  ])("%s %j is refused, for the volumes in it", async (op, params, names) => {
    expect(await outcome(op, params)).toEqual(refused(names));
  });

  test.each<[string, object, string]>([
    ...paths(`${files}/other/a.txt`).map((call): [string, object, string] => [
      ...call,
      `${files}/other/a.txt`,
    ]),
    ["list_directory", { path: files }, `the path ${files} is not`],
    ["list_directory", { path: `${files}/Team` }, "/Team is not"],
    ["read_file", { path: `${files}/team2/a` }, "/team2/a is not"],
    ["read_file", { path: `${files}/te%61m/a` }, "/te%61m/a is not"],
    [
      "delete_volume",
      { catalog: "main", schema: "default", name: "files" },
      "the volume main.default.files is not",
    ],
    [
      "ensure_volume",
      { catalog: "main", schema: "default", name: "new" },
      "the volume main.default.new is not",
    ],
    ["list_volumes", { catalog: "main", schema: "raw" }, "the volumes of main.raw"],
    ...[...copies(`${team}/a`, `${files}/b`), ...copies(`${files}/b`, `${team}/a`)].map(
      ([op, params]): [string, object, string] => [op, params, `the path ${files}/b is not`],
    ),
    ["execute_query", sql, "SQL is not allowed here"],
  ])("%s %j is refused", async (op, params, names) => {
    expect(await outcome(op, params)).toEqual(refused(names));
  });

  test.each(["..", "%2e%2e", "%252e%252e", ".", "..;a", "..%2f..", "．．"])(
    "path traversal by %s is refused as an invalid path",
    async (step) => {
      for (const op of ["read_file", "delete_file", "list_directory", "write_file"]) {
        const params = { path: `${team}/${step}/other/a.txt` };
        const answer =
          op === "write_file" ? await gateway.upload(params, "x") : await gateway.run(op, params);
        expect([answer.status, errorOf(answer).error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
      }
      expect(workspace.requests()).toEqual([]);
    },
  );

  test("list_volumes lists the volumes that are a root, or have one inside", async () => {
    await gateway.close();
    await start({});
    for (const name of ["files", "aside"])
      await gateway.run("ensure_volume", { catalog: "main", schema: "default", name });
    await gateway.close();
    await start({ ALLOWED_VOLUME_ROOTS: team });
    const { body } = await gateway.run("list_volumes", { catalog: "main", schema: "default" });
    expect(namesOf(body.volumes)).toEqual(["files"]);
  });
});

test("ALLOW_UNCONFINED_SQL allows SQL besides ALLOWED_CATALOGS", async () => {
  await start({ ALLOWED_CATALOGS: "main", ALLOW_UNCONFINED_SQL: "true" });
  expect((await gateway.run("execute_query", sql)).status).toBe(200);
  expect(await outcome("get_statement", unknownStatement())).toMatchObject(letThrough);
});

describe("with READ_ONLY", () => {
  beforeEach(() => start({ READ_ONLY: "true" }));

  const mutations = Object.values<OperationDefinition>(operations).filter(({ kind }) => kind !== "query");
  const sqlOperations = new Set(["execute_query", "submit_statement", "cancel_statement"]);

  test.each(mutations.filter(({ name }) => !sqlOperations.has(name)))(
    "$name is refused",
    async ({ name, examples }) => {
      expect(await outcome(name, { ...examples[0]?.params })).toEqual(
        refused("this installation is read-only"),
      );
    },
  );

  test.each<[string, object]>([
    ["list_directory", { path: files }],
    ["read_file", { path: `${files}/readme.txt` }],
    ["execute_query", { sql: "WITH t AS (SELECT 1 AS a) SELECT * FROM t" }],
    ["submit_statement", { sql: "SHOW SCHEMAS IN main" }],
  ])("%s %j is let through", async (op, params) => {
    expect(await outcome(op, params)).toMatchObject(letThrough);
  });

  test("cancel_statement is allowed, because the statement was allowed to run", async () => {
    expect(await outcome("cancel_statement", unknownStatement())).toMatchObject(letThrough);
  });

  test("a function that does more than compute is refused by name, unless READ_ONLY_FUNCTIONS allows it", async () => {
    const call = { sql: "SELECT main.default.f(1)" };
    expect(await outcome("execute_query", call)).toEqual(refused("it calls main.default.f, which is not"));
    expect(await outcome("submit_statement", { sql: "SELECT * FROM remote_query('c')" })).toEqual(
      refused("READ_ONLY_FUNCTIONS can allow it"),
    );
    await gateway.close();
    await start({ READ_ONLY: "true", READ_ONLY_FUNCTIONS: "main.default.f" });
    expect(await outcome("execute_query", call)).toMatchObject(letThrough);
  });

  test.each(["execute_query", "submit_statement"])(
    "%s runs only statements that certainly only read",
    async (op) => {
      expect(await outcome(op, { sql: "DROP TABLE main.default.t" })).toEqual(refused("it begins with DROP"));
      expect(await outcome(op, { sql: "FROM t INSERT INTO u SELECT a" })).toEqual(
        refused("it has INSERT in it"),
      );
      expect(await outcome(op, { sql: "SELECT 1; DELETE FROM t" })).toEqual(
        refused("more than one statement"),
      );
      workspace.clearStatements();
      expect(workspace.statements()).toEqual([]);
    },
  );
});

describe("with ALLOWED_WAREHOUSES", () => {
  const other = "b2c3d4e5f6071829";
  const preview = { catalog: "samples", schema: "nyctaxi", name: "trips" };
  const uses: [string, object][] = [
    ["get_warehouse", {}],
    ["start_warehouse", {}],
    ["stop_warehouse", {}],
    ["execute_query", sql],
    ["submit_statement", sql],
    ["preview_table", preview],
    [
      "set_comment",
      { securable_type: "table", catalog: "main", schema: "sales", name: "orders", comment: "" },
    ],
  ];

  test.each(uses)("%s may name these warehouses alone", async (op, params) => {
    await start({ ALLOWED_WAREHOUSES: warehouseId });
    const notAllowed = refused(`the warehouse ${other} is not allowed here`);
    expect(await outcome(op, { ...params, warehouse_id: other })).toEqual(notAllowed);
    expect(await outcome(op, { ...params, warehouse_id: warehouseId })).toMatchObject(letThrough);
  });

  test("list_query_history shows statements on these alone", async () => {
    await start({});
    await gateway.run("submit_statement", { ...sql, warehouse_id: other });
    const seen = async () => (await gateway.run("list_query_history", {})).body.queries;
    await expect.poll(async () => namesOfWarehouses(await seen())).toContain(other);
    await gateway.close();
    await start({ ALLOWED_WAREHOUSES: warehouseId });
    await gateway.run("submit_statement", { ...sql, warehouse_id: warehouseId });
    await expect.poll(async () => namesOfWarehouses(await seen())).toEqual(new Set([warehouseId]));
    expect(await outcome("list_query_history", { warehouse_id: other })).toEqual(
      refused(`the warehouse ${other} is not allowed here`),
    );
  });

  test("list_warehouses shows these alone, and one of them is chosen", async () => {
    await start({ ALLOWED_WAREHOUSES: other, DATABRICKS_HTTP_PATH: "" });
    const { warehouses } = (await gateway.run("list_warehouses")).body;
    expect(warehouses.map(({ id }: { id: string }) => id)).toEqual([other]);
    expect(await outcome("execute_query", sql)).toMatchObject({ status: 200 });
    expect(
      workspace
        .requests()
        .filter(({ path }) => path.includes("/warehouses/"))
        .map(({ path }) => path),
    ).toEqual(expect.arrayContaining([expect.stringContaining(other)]));
  });

  test("a query without a warehouse runs on the configured one, and otherwise fails if none is allowed", async () => {
    await start({ ALLOWED_WAREHOUSES: other });
    expect(await outcome("execute_query", sql)).toMatchObject({ status: 200 });
    await gateway.close();
    await start({ ALLOWED_WAREHOUSES: "none", DATABRICKS_HTTP_PATH: "" });
    const { status, body } = await gateway.run("execute_query", sql);
    expect([status, body.error_code]).toEqual([404, "RESOURCE_DOES_NOT_EXIST"]);
  });
});

test("with ALLOWED_VOLUME_ROOTS alone no table can be previewed, since no list confines tables", async () => {
  const preview = { catalog: "samples", schema: "nyctaxi", name: "trips" };
  await start({ ALLOWED_VOLUME_ROOTS: files });
  expect(await outcome("preview_table", preview)).toEqual(refused("SQL is not allowed here"));
  await gateway.close();
  await start({ ALLOWED_VOLUME_ROOTS: files, ALLOWED_CATALOGS: "samples" });
  expect(await outcome("preview_table", preview)).toMatchObject({ status: 200 });
  await gateway.close();
  await start({ ALLOWED_VOLUME_ROOTS: files, ALLOW_UNCONFINED_SQL: "true" });
  expect(await outcome("preview_table", preview)).toMatchObject({ status: 200 });
});
