import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ALICE, BOB, CAROL, FILES, pages, startForTest, temporaryDir, UC } from "../../test/under-test.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

describe("securables", () => {
  test("a volume has every field that Databricks shows, with its names in lower case", async () => {
    const { call } = await startForTest();
    const body = {
      catalog_name: "main",
      schema_name: "Default",
      name: "New-Volume",
      volume_type: "MANAGED",
      comment: "c",
    };
    const made = await call("POST", `${UC}/volumes`, { body });
    expect(made.status).toBe(200);
    expect(made.json).toMatchObject({
      name: "new-volume",
      full_name: "main.default.new-volume",
      catalog_name: "main",
      schema_name: "default",
      volume_type: "MANAGED",
      owner: "alice@example.com",
      created_by: "alice@example.com",
      comment: "c",
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
      storage_location: expect.stringMatching(/^s3:/),
      volume_id: expect.stringMatching(UUID),
      metastore_id: expect.stringMatching(UUID),
    });
    expect((await call("GET", `${UC}/volumes/MAIN.default.New-Volume/`)).json).toEqual(made.json);
  });

  test("a table shows its columns", async () => {
    const { call } = await startForTest();
    const { json } = await call("GET", `${UC}/tables/samples.tpch.orders`);
    expect(json).toMatchObject({
      full_name: "samples.tpch.orders",
      table_type: "MANAGED",
      data_source_format: "DELTA",
    });
    expect(json.columns[0]).toEqual({
      name: "o_orderkey",
      type_text: "bigint",
      type_name: "LONG",
      type_json: '{"name":"o_orderkey","type":"long","nullable":false,"metadata":{}}',
      position: 0,
      nullable: false,
    });
    const listed = await call("GET", `${UC}/tables?catalog_name=samples&schema_name=tpch&omit_columns=true`);
    expect(listed.json.tables.map((one: { columns?: unknown }) => one.columns)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("an external table can be created, read, found and deleted; other tables are left to SQL", async () => {
    const { call } = await startForTest();
    const body = {
      catalog_name: "main",
      schema_name: "sales",
      name: "outside",
      table_type: "EXTERNAL",
      data_source_format: "PARQUET",
      storage_location: "s3://bucket/outside",
    };
    expect((await call("POST", `${UC}/tables`, { body })).status).toBe(200);
    expect((await call("GET", `${UC}/tables/main.sales.outside/exists`)).json).toEqual({
      table_exists: true,
    });
    expect((await call("DELETE", `${UC}/tables/main.sales.outside`)).json).toEqual({});
    expect((await call("GET", `${UC}/tables/main.sales.outside/exists`)).json).toEqual({
      table_exists: false,
    });
    const managed = await call("POST", `${UC}/tables`, { body: { ...body, table_type: "MANAGED" } });
    expect([managed.status, managed.json.error_code]).toEqual([501, "NOT_IMPLEMENTED"]);
  });

  test("a rename moves everything below, including files", async () => {
    const { call } = await startForTest();
    const renamed = await call("PATCH", `${UC}/catalogs/main`, {
      body: { new_name: "Primary", comment: "new" },
    });
    expect(renamed.json).toMatchObject({
      full_name: "primary",
      comment: "new",
      updated_by: "alice@example.com",
    });
    expect((await call("GET", `${UC}/volumes/primary.default.files`)).json.full_name).toBe(
      "primary.default.files",
    );
    expect((await call("GET", "/api/2.0/fs/files/Volumes/primary/default/files/README.txt")).status).toBe(
      200,
    );
    expect((await call("GET", `${FILES}/README.txt`)).status).toBe(404);
    expect((await call("GET", `${UC}/schemas/main.default`)).json.error_code).toBe("CATALOG_DOES_NOT_EXIST");
    // The grants went along.
    expect((await call("GET", `${UC}/schemas/primary.sales`, { token: BOB })).status).toBe(200);
  });

  test("a new catalog has the schema default", async () => {
    const { call } = await startForTest();
    expect((await call("POST", `${UC}/catalogs`, { body: { name: "Lab" } })).json.catalog_type).toBe(
      "MANAGED_CATALOG",
    );
    const { json } = await call("GET", `${UC}/schemas?catalog_name=lab`);
    expect(json.schemas.map((one: { full_name: string }) => one.full_name)).toEqual([
      "lab.default",
      "lab.information_schema",
    ]);
  });
});

describe("functions", () => {
  const info = {
    name: "Double",
    catalog_name: "main",
    schema_name: "default",
    comment: "Twice the number",
    data_type: "INT",
    full_data_type: "INT",
    input_params: {
      parameters: [{ name: "n", type_text: "int", type_name: "INT", position: 0, parameter_mode: "IN" }],
    },
    routine_body: "SQL",
    routine_definition: "n * 2",
    parameter_style: "S",
    is_deterministic: true,
    is_null_call: false,
    sql_data_access: "CONTAINS_SQL",
    security_type: "DEFINER",
    specific_name: "double",
    properties: '{"key":"value"}',
  };

  test("a function is created, read, listed, given to another owner and deleted", async () => {
    const { call } = await startForTest();
    const made = await call("POST", `${UC}/functions`, { body: { function_info: info } });
    expect([made.status, made.json]).toEqual([
      200,
      {
        ...info,
        name: "double",
        full_name: "main.default.double",
        function_id: expect.stringMatching(UUID),
        metastore_id: expect.stringMatching(UUID),
        securable_type: "FUNCTION",
        browse_only: false,
        owner: "alice@example.com",
        created_at: expect.any(Number),
        created_by: "alice@example.com",
        updated_at: expect.any(Number),
        updated_by: "alice@example.com",
      },
    ]);
    const path = `${UC}/functions/main.default.double`;
    expect((await call("GET", path)).json).toEqual(made.json);
    const list = `${UC}/functions?catalog_name=main&schema_name=default`;
    expect((await call("GET", list)).json).toEqual({ functions: [made.json] });
    const given = await call("PATCH", path, { body: { owner: "bob@example.com", comment: "ignored" } });
    expect(given.json).toMatchObject({ owner: "bob@example.com", comment: "Twice the number" });
    expect((await call("DELETE", path, { token: BOB })).json).toEqual({});
    expect((await call("GET", list)).json).toEqual({});
  });

  test("a function survives a restart", async () => {
    const dir = await temporaryDir();
    const first = await startForTest({ dir });
    const made = await first.call("POST", `${UC}/functions`, { body: { function_info: info } });
    await first.workspace.close();
    const { call } = await startForTest({ dir });
    expect((await call("GET", `${UC}/functions/main.default.double`)).json).toEqual(made.json);
  });

  test("the seed has a SQL function and a Python function, with their parameters", async () => {
    const { call } = await startForTest();
    const { json } = await call("GET", `${UC}/functions?catalog_name=main&schema_name=sales`, { token: BOB });
    expect(json.functions).toMatchObject([
      {
        full_name: "main.sales.net_amount",
        data_type: "DECIMAL",
        full_data_type: "DECIMAL(10,2)",
        routine_body: "SQL",
        routine_definition: "CAST(gross / (1 + tax_rate) AS DECIMAL(10,2))",
        input_params: {
          parameters: [
            { name: "gross", type_text: "decimal(10,2)", type_name: "DECIMAL", position: 0 },
            { name: "tax_rate", type_text: "decimal(4,3)", type_name: "DECIMAL", position: 1 },
          ],
        },
      },
      { full_name: "main.sales.slug", routine_body: "EXTERNAL", external_language: "Python" },
    ]);
  });

  test("functions are listed page by page", async () => {
    const { call } = await startForTest();
    const list = `${UC}/functions?catalog_name=main&schema_name=sales&max_results=1`;
    const names = (await pages(call, list, "functions")).map((page) => page.map((one) => one.name));
    expect(names).toEqual([["net_amount"], ["slug"]]);
  });

  test.each([
    [
      "a taken name",
      { name: "net_amount", schema_name: "sales" },
      "FUNCTION_ALREADY_EXISTS",
      /already exists/,
    ],
    ["a bad name", { name: "a b" }, "INVALID_PARAMETER_VALUE", /RPC CreateFunction Field name/],
    ["a missing type", { data_type: undefined }, "INVALID_PARAMETER_VALUE", /function_info\.data_type/],
    ["an unknown language", { routine_body: "R" }, "INVALID_PARAMETER_VALUE", /function_info\.routine_body/],
    ["no external language", { routine_body: "EXTERNAL" }, "INVALID_PARAMETER_VALUE", /external_language/],
    [
      "an external function that reads data",
      { routine_body: "EXTERNAL", external_language: "Python" },
      "INVALID_PARAMETER_VALUE",
      /sql_data_access must be NO_SQL/,
    ],
    [
      "an external function that returns a table",
      { routine_body: "EXTERNAL", external_language: "Python", return_params: {} },
      "INVALID_PARAMETER_VALUE",
      /return_params cannot be used/,
    ],
  ])("POST refuses %s", async (_, change, code, message) => {
    const { call } = await startForTest();
    const body = { function_info: { ...info, ...change } };
    const { status, json } = await call("POST", `${UC}/functions`, { body });
    expect([status, json.error_code, json.message]).toEqual([400, code, expect.stringMatching(message)]);
  });

  test("creating a function needs CREATE FUNCTION on its schema", async () => {
    const { call } = await startForTest();
    const { status, json } = await call("POST", `${UC}/functions`, {
      token: BOB,
      body: { function_info: info },
    });
    expect([status, json.message]).toEqual([
      403,
      "User does not have CREATE FUNCTION on Schema 'main.default'.",
    ]);
  });

  test("a function is hidden from a principal without EXECUTE on it", async () => {
    const { call } = await startForTest();
    await call("POST", `${UC}/functions`, {
      body: { function_info: { ...info, catalog_name: "finance", schema_name: "reports" } },
    });
    const list = `${UC}/functions?catalog_name=finance&schema_name=reports`;
    expect((await call("GET", list, { token: CAROL })).json).toEqual({});
    const { status, json } = await call("GET", `${UC}/functions/finance.reports.double`, { token: CAROL });
    expect([status, json.message]).toEqual([
      403,
      "User does not have EXECUTE on Function 'finance.reports.double'.",
    ]);
  });

  test("a schema whose only content is a function is not empty", async () => {
    const { call } = await startForTest();
    await call("POST", `${UC}/schemas`, { body: { catalog_name: "main", name: "tools" } });
    await call("POST", `${UC}/functions`, { body: { function_info: { ...info, schema_name: "tools" } } });
    const refused = await call("DELETE", `${UC}/schemas/main.tools`);
    expect([refused.status, refused.json.error_code, refused.json.message]).toEqual([
      400,
      "SCHEMA_NOT_EMPTY",
      "Schema 'main.tools' is not empty. The schema has 0 tables(s), 1 functions(s), 0 volumes(s)",
    ]);
    expect((await call("DELETE", `${UC}/schemas/main.tools?force=true`)).status).toBe(200);
    expect((await call("GET", `${UC}/functions/main.tools.double`)).json.error_code).toBe(
      "SCHEMA_DOES_NOT_EXIST",
    );
  });
});

describe("refusals", () => {
  test.each([
    ["GET", `${UC}/catalogs/nope`, 404, "CATALOG_DOES_NOT_EXIST", "Catalog 'nope' does not exist."],
    ["GET", `${UC}/schemas/main.nope`, 404, "SCHEMA_DOES_NOT_EXIST", "Schema 'main.nope' does not exist."],
    [
      "GET",
      `${UC}/schemas?catalog_name=nope`,
      404,
      "CATALOG_DOES_NOT_EXIST",
      "Catalog 'nope' does not exist.",
    ],
    [
      "GET",
      `${UC}/volumes/main.sales.nope`,
      404,
      "VOLUME_DOES_NOT_EXIST",
      "Volume 'main.sales.nope' does not exist.",
    ],
    [
      "GET",
      `${UC}/tables/main.sales.nope`,
      404,
      "TABLE_DOES_NOT_EXIST",
      "Table 'main.sales.nope' does not exist.",
    ],
    ["DELETE", `${UC}/schemas/main.nope`, 404, "SCHEMA_DOES_NOT_EXIST", "Schema 'main.nope' does not exist."],
    [
      "GET",
      `${UC}/schemas`,
      400,
      "INVALID_PARAMETER_VALUE",
      "ListSchemas Missing required field: catalog_name",
    ],
    [
      "GET",
      `${UC}/functions/main.sales.nope`,
      404,
      "FUNCTION_DOES_NOT_EXIST",
      "Function 'main.sales.nope' does not exist.",
    ],
    [
      "GET",
      `${UC}/functions?catalog_name=main`,
      400,
      "INVALID_PARAMETER_VALUE",
      "ListFunctions Missing required field: schema_name",
    ],
    [
      "GET",
      `${UC}/functions/main.net_amount`,
      400,
      "INVALID_PARAMETER_VALUE",
      'The function name "main.net_amount" must have the form catalog.schema.function.',
    ],
    [
      "DELETE",
      `${UC}/catalogs/finance`,
      400,
      "CATALOG_NOT_EMPTY",
      "Catalog 'finance' is not empty. The catalog has 3 schema(s)",
    ],
    [
      "DELETE",
      `${UC}/schemas/main.sales`,
      400,
      "SCHEMA_NOT_EMPTY",
      "Schema 'main.sales' is not empty. The schema has 3 tables(s), 2 functions(s), 1 volumes(s)",
    ],
  ])("%s %s returns %i %s", async (method, path, status, code, message) => {
    const { call } = await startForTest();
    const answer = await call(method, path);
    expect([answer.status, answer.json.error_code, answer.json.message]).toEqual([status, code, message]);
  });

  test("an error contains ErrorInfo, and RequestInfo without metadata", async () => {
    const { call } = await startForTest();
    const { json } = await call("GET", `${UC}/schemas/main.nope`);
    expect(json.details[0]).toEqual({
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "SCHEMA_DOES_NOT_EXIST",
      domain: "unity-catalog.databricks.com",
      metadata: { resourceType: "Schema", resourceIdentifier: "main.nope" },
    });
    expect(json.details[1]).toEqual({
      "@type": "type.googleapis.com/google.rpc.RequestInfo",
      request_id: expect.stringMatching(UUID),
      serving_data: "",
    });
  });

  test("invalid names, invalid bodies and empty updates change nothing", async () => {
    const { call, dir } = await startForTest();
    const before = await readFile(join(dir, "metastore.json"), "utf8");
    for (const name of ["", "a b", "a.b", "a/b", "a\u0001b", "x".repeat(256)]) {
      const { status, json } = await call("POST", `${UC}/schemas`, { body: { catalog_name: "main", name } });
      expect([status, json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    }
    const malformed = await call("POST", `${UC}/catalogs`, { body: "{" });
    expect([malformed.status, malformed.json.error_code]).toEqual([400, "MALFORMED_REQUEST"]);
    expect((await call("PATCH", `${UC}/catalogs/main`)).status).toBe(400);
    const located = {
      catalog_name: "main",
      schema_name: "default",
      name: "v",
      volume_type: "MANAGED",
      storage_location: "s3://x",
    };
    expect((await call("POST", `${UC}/volumes`, { body: located })).json.message).toMatch(
      "can not be provided",
    );
    const existing = { catalog_name: "main", schema_name: "default", name: "files", volume_type: "MANAGED" };
    const taken = await call("POST", `${UC}/volumes`, { body: existing });
    expect([taken.status, taken.json.error_code]).toEqual([400, "VOLUME_ALREADY_EXISTS"]);
    expect(await readFile(join(dir, "metastore.json"), "utf8")).toBe(before);
    expect(await readdir(join(dir, "volumes"))).toHaveLength(3);
  });

  test("of many concurrent creations of one name exactly one succeeds", async () => {
    const { call, dir } = await startForTest();
    const body = { catalog_name: "main", schema_name: "default", name: "once", volume_type: "MANAGED" };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => call("POST", `${UC}/volumes`, { body })),
    );
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
    expect(answers.filter((one) => one.json.error_code === "VOLUME_ALREADY_EXISTS")).toHaveLength(9);
    expect(await readdir(join(dir, "volumes"))).toHaveLength(4);
  });

  test("force deletes everything below, including files", async () => {
    const { call, dir } = await startForTest();
    expect((await call("DELETE", `${UC}/catalogs/main?force=true`)).json).toEqual({});
    expect((await call("GET", `${UC}/catalogs/main`)).status).toBe(404);
    expect(await readdir(join(dir, "volumes"))).toHaveLength(1);
  });
});

describe("paging", () => {
  test("pages are complete and in order, whatever their size", async () => {
    const { call } = await startForTest();
    for (let at = 0; at < 7; at += 1) {
      await call("POST", `${UC}/schemas`, { body: { catalog_name: "samples", name: `s${at}` } });
    }
    const whole = await pages(call, `${UC}/schemas?catalog_name=samples`, "schemas");
    expect(whole).toHaveLength(1);
    expect(whole[0]).toHaveLength(10);
    for (const size of [1, 2, 4, 9, 5000]) {
      const found = await pages(call, `${UC}/schemas?catalog_name=samples&max_results=${size}`, "schemas");
      expect(found.flat()).toEqual(whole[0]);
      expect(found).toHaveLength(Math.ceil(10 / size));
    }
  });

  test("max_results=0 takes the server's page size, which is 50 for tables", async () => {
    const { call } = await startForTest();
    const table = {
      catalog_name: "main",
      schema_name: "default",
      table_type: "EXTERNAL",
      data_source_format: "CSV",
    };
    await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        call("POST", `${UC}/tables`, {
          body: { ...table, name: `t${at}`, storage_location: `s3://b/${at}` },
        }),
      ),
    );
    const sizes = async (query: string) =>
      (await pages(call, `${UC}/tables?catalog_name=main&schema_name=default${query}`, "tables")).map(
        (page) => page.length,
      );
    expect(await sizes("&max_results=0")).toEqual([50, 10]);
    expect(await sizes("&max_results=1000")).toEqual([50, 10]);
    expect(await sizes("")).toEqual([60]);
  });

  test.each(["-1", "abc", "1.5", "", "NaN"])("max_results=%s is rejected", async (value) => {
    const { call } = await startForTest();
    const { status, json } = await call("GET", `${UC}/catalogs?max_results=${value}`);
    expect([status, json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
  });

  test("a page token of another listing is rejected", async () => {
    const { call } = await startForTest();
    const { json } = await call("GET", `${UC}/catalogs?max_results=1`);
    const token = json.next_page_token;
    for (const path of [
      `${UC}/catalogs?page_token=x`,
      `${UC}/catalogs?page_token=${token}x1`,
      `${UC}/schemas?catalog_name=main&page_token=${token}`,
    ]) {
      expect((await call("GET", path)).status).toBe(400);
    }
  });

  test("a page token survives a restart", async () => {
    const dir = await temporaryDir();
    const first = await startForTest({ dir });
    const { json } = await first.call("GET", `${UC}/catalogs?max_results=1`);
    await first.workspace.close();
    const { call } = await startForTest({ dir });
    const rest = await call("GET", `${UC}/catalogs?page_token=${json.next_page_token}`);
    expect(rest.json.catalogs.map((one: { name: string }) => one.name)).toEqual([
      "main",
      "samples",
      "system",
    ]);
  });

  test("the empty-pages fault loses no entry", async () => {
    const { call, workspace } = await startForTest();
    workspace.addFault({ emptyPages: 2 });
    const found = await pages(call, `${UC}/catalogs?max_results=2`, "catalogs");
    expect(found.map((page) => page.length)).toEqual([0, 0, 2, 0, 0, 2]);
  });

  test("an empty listing has no field for its entries, as in protobuf's JSON", async () => {
    const { call } = await startForTest();
    expect((await call("GET", `${UC}/volumes?catalog_name=finance&schema_name=default`)).json).toEqual({});
  });
});

describe("rights", () => {
  test("listings hide what the principal cannot see", async () => {
    const { call } = await startForTest();
    const names = async (token: string) =>
      (await pages(call, `${UC}/catalogs`, "catalogs", token)).flat().map((one) => one.name);
    expect(await names(ALICE)).toEqual(["finance", "main", "samples", "system"]);
    expect(await names(BOB)).toEqual(["main", "samples", "system"]);
    expect(await names(CAROL)).toEqual(["finance", "main", "samples", "system"]);
    const reports = await pages(call, `${UC}/schemas?catalog_name=finance`, "schemas", CAROL);
    expect(reports.flat().map((one) => one.name)).toEqual(["information_schema", "reports"]);
  });

  test.each([
    ["GET", `${UC}/catalogs/finance`, BOB, "User does not have USE CATALOG on Catalog 'finance'."],
    [
      "GET",
      `${UC}/schemas?catalog_name=finance`,
      BOB,
      "User does not have USE CATALOG on Catalog 'finance'.",
    ],
    [
      "GET",
      `${UC}/tables/finance.ledger.entries`,
      CAROL,
      "User does not have USE SCHEMA on Schema 'finance.ledger'.",
    ],
    ["DELETE", `${UC}/schemas/main.sales?force=true`, BOB, "User is not an owner of Schema 'main.sales'."],
    ["PUT", `${FILES}/new.txt`, BOB, "User does not have WRITE VOLUME on Volume 'main.default.files'."],
    ["DELETE", `${FILES}/README.txt`, BOB, "User does not have WRITE VOLUME on Volume 'main.default.files'."],
    [
      "GET",
      "/api/2.0/fs/files/Volumes/finance/reports/published/summary.txt",
      BOB,
      "User does not have USE CATALOG on Catalog 'finance'.",
    ],
  ])("%s %s is denied in Databricks' words", async (method, path, token, message) => {
    const { call } = await startForTest();
    const { status, json } = await call(method, path, { token });
    expect([status, json.error_code, json.message]).toEqual([403, "PERMISSION_DENIED", message]);
  });

  test("creating a securable needs a privilege, and its creator owns it", async () => {
    const { call } = await startForTest();
    const volume = { catalog_name: "main", schema_name: "sales", name: "hers", volume_type: "MANAGED" };
    const refused = await call("POST", `${UC}/volumes`, { token: BOB, body: volume });
    expect(refused.json.message).toBe("User does not have CREATE VOLUME on Schema 'main.sales'.");
    expect((await call("POST", `${UC}/catalogs`, { token: BOB, body: { name: "his" } })).status).toBe(403);
    const made = await call("POST", `${UC}/volumes`, { token: CAROL, body: volume });
    expect(made.json.owner).toBe("carol@example.com");
    expect((await call("DELETE", `${UC}/volumes/main.sales.hers`, { token: BOB })).status).toBe(403);
    expect((await call("DELETE", `${UC}/volumes/main.sales.hers`, { token: CAROL })).status).toBe(200);
  });

  test("the owner of a securable needs USE on its catalog and schema to change or delete it", async () => {
    const { call } = await startForTest();
    const body = { catalog_name: "finance", schema_name: "ledger", name: "hers", volume_type: "MANAGED" };
    await call("POST", `${UC}/volumes`, { body });
    const path = `${UC}/volumes/finance.ledger.hers`;
    await call("PATCH", path, { body: { owner: "carol@example.com" } });
    for (const [method, change] of [
      ["PATCH", { comment: "mine" }],
      ["DELETE", undefined],
    ] as const) {
      const { status, json } = await call(method, path, { token: CAROL, body: change });
      expect([status, json.message]).toEqual([
        403,
        "User does not have USE SCHEMA on Schema 'finance.ledger'.",
      ]);
    }
  });
});

test("warehouses are listed and found by id", async () => {
  const { call } = await startForTest();
  const { json } = await call("GET", "/api/2.0/sql/warehouses/");
  expect(json.warehouses.map((one: { name: string }) => one.name)).toEqual([
    "Starter Warehouse",
    "Reporting",
  ]);
  const one = await call("GET", `/api/2.0/sql/warehouses/${json.warehouses[0].id}`);
  expect(one.json.odbc_params.path).toBe(`/sql/1.0/warehouses/${json.warehouses[0].id}`);
  expect((await call("GET", "/api/2.0/sql/warehouses/none")).json.error_code).toBe("RESOURCE_DOES_NOT_EXIST");
});

test("a route that is not implemented returns 501", async () => {
  const { call } = await startForTest();
  for (const [method, path] of [
    ["POST", "/api/2.0/sql/queries"],
    ["GET", "/api/2.0/clusters/list"],
    ["PATCH", `${UC}/tables/main.sales.orders`],
    ["GET", "/index.html"],
  ] as const) {
    const { status, json } = await call(method, path);
    const message = `The local workspace does not implement ${method} ${path.split("?")[0]}`;
    expect([status, json]).toEqual([501, { error_code: "NOT_IMPLEMENTED", message }]);
  }
});
