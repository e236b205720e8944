import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehousePath } from "./sql-under-test.ts";

// Tags, comments and lineage, some of which need SQL.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_HTTP_PATH: warehousePath,
  });
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => workspace.clearRequests());
afterEach(() => workspace.clearFaults());

const schema = { catalog: "main", schema: "default" };
const orders = { securable_type: "table", catalog: "main", schema: "sales", name: "orders" };
const assignments = "/api/2.1/unity-catalog/entity-tag-assignments";
const asked = () => workspace.requests().map(({ method, path }) => `${method} ${path}`);

async function run(sql: string): Promise<void> {
  const { status, text } = await gateway.run("execute_query", { sql });
  if (status !== 200) throw new Error(text);
}

async function result(op: string, params: object, token: string = tokenOf.alice) {
  const { status, text, body } = await gateway.run(op, params, { token });
  if (status !== 200) throw new Error(text);
  return body;
}

describe("a tag", () => {
  test.each([
    ["a catalog", { securable_type: "catalog", name: "finance" }, "catalogs/finance"],
    ["a schema", { securable_type: "schema", catalog: "main", name: "sales" }, "schemas/main.sales"],
    ["a table", orders, "tables/main.sales.orders"],
    ["a column", { ...orders, column: "status" }, "columns/main.sales.orders.status"],
    ["a volume", { ...orders, securable_type: "volume", name: "exports" }, "volumes/main.sales.exports"],
  ])("of %s is set, changed, listed and taken away", async (_what, target, path) => {
    const tag = { ...target, tag_key: "a/b %" };
    expect(await result("set_tag", { ...tag, tag_value: "1" })).toEqual({ tag_key: "a/b %", tag_value: "1" });
    expect(await result("set_tag", { ...tag, tag_value: "2" })).toEqual({ tag_key: "a/b %", tag_value: "2" });
    expect(await result("list_tags", target)).toEqual({ tags: [{ tag_key: "a/b %", tag_value: "2" }] });
    expect(await result("unset_tag", tag)).toEqual({});
    expect(await result("list_tags", target)).toEqual({ tags: [] });
    const one = `${assignments}/${path}/tags`;
    expect(asked()).toEqual([
      `POST ${assignments}`,
      `POST ${assignments}`,
      `PATCH ${one}/a%2Fb%20%25`,
      `GET ${one}`,
      `DELETE ${one}/a%2Fb%20%25`,
      `GET ${one}`,
    ]);
    const patch = workspace.requests().find(({ method }) => method === "PATCH");
    expect(patch?.query).toEqual({ update_mask: "tag_value" });
  });

  test("of a column is not one of its table", async () => {
    await result("set_tag", { ...orders, column: "amount", tag_key: "unit", tag_value: "EUR" });
    expect(await result("list_tags", orders)).toEqual({ tags: [] });
  });

  test("of a column whose name has periods belongs to that column", async () => {
    await run("CREATE TABLE main.default.periods (`a.b` INT, a INT)");
    const table = { securable_type: "table", ...schema, name: "periods" };
    await result("set_tag", { ...table, column: "a.b", tag_key: "k" });
    expect(await result("list_tags", { ...table, column: "a.b" })).toEqual({
      tags: [{ tag_key: "k", tag_value: "" }],
    });
    expect(await result("list_tags", { ...table, column: "a" })).toEqual({ tags: [] });
  });

  test("comes page by page", async () => {
    const target = { securable_type: "schema", catalog: "finance", name: "ledger" };
    for (const tag_key of ["c", "a", "b"]) await result("set_tag", { ...target, tag_key });
    const first = await result("list_tags", { ...target, max_results: 2 });
    const { next_page_token: page_token } = first;
    const second = await result("list_tags", { ...target, max_results: 2, page_token });
    expect(
      [first, second].map(({ tags }) => tags.map(({ tag_key: key }: { tag_key: string }) => key)),
    ).toEqual([["a", "b"], ["c"]]);
    expect(second.next_page_token).toBeUndefined();
  });
});

describe("a comment", () => {
  const odd = `It's "odd": \\ \\' \`x\`; DROP TABLE t -- 'é\n%s`;

  test.each([
    ["a catalog", { securable_type: "catalog", name: "finance" }, ["get_catalog", { name: "finance" }]],
    [
      "a schema",
      { securable_type: "schema", catalog: "main", name: "sales" },
      ["get_schema", { catalog: "main", name: "sales" }],
    ],
    ["a table", orders, ["get_table", { catalog: "main", schema: "sales", name: "orders" }]],
    [
      "a view",
      { ...orders, name: "open_orders" },
      ["get_table", { catalog: "main", schema: "sales", name: "open_orders" }],
    ],
  ] as const)("of %s is set as it is given, and taken away", async (_what, target, [get, params]) => {
    expect(await result("set_comment", { ...target, comment: odd })).toEqual({ comment: odd });
    expect((await result(get, params)).comment).toBe(odd);
    await result("set_comment", { ...target, comment: "" });
    expect((await result(get, params)).comment ?? "").toBe("");
  });

  test("of a column is set as it is given, and those of its neighbours stay", async () => {
    const of = async (name: string) =>
      (await result("get_table", { catalog: "main", schema: "sales", name: "customers" })).columns.find(
        (column: { name: string }) => column.name === name,
      ).comment;
    const customers = { ...orders, name: "customers" };
    await result("set_comment", { ...customers, column: "country", comment: "ISO 3166" });
    await result("set_comment", { ...customers, column: "name", comment: odd });
    expect([await of("country"), await of("name")]).toEqual(["ISO 3166", odd]);
  });

  test("of a volume is set by one call", async () => {
    await result("set_comment", { ...orders, securable_type: "volume", name: "exports", comment: "Nightly" });
    expect(asked()).toEqual(["PATCH /api/2.1/unity-catalog/volumes/main.sales.exports"]);
  });

  test("of a table is refused to an identity that may only read it", async () => {
    const answer = await gateway.run("set_comment", { ...orders, comment: "x" }, { token: tokenOf.bob });
    expect([answer.status, errorOf(answer).error_code]).toEqual([403, "PERMISSION_DENIED"]);
  });

  test("of a table whose statement takes too long may have been set", async () => {
    workspace.addFault({
      path: "/api/2.0/sql/statements*",
      status: 200,
      body: { statement_id: "01ef", status: { state: "CANCELED" } },
    });
    const answer = await gateway.run("set_comment", { ...orders, comment: "x" });
    expect([answer.status, answer.body.outcome]).toEqual([504, "unknown"]);
  });
});

const lineageOf = async (name: string, token?: string) => {
  const { upstreams, downstreams } = await result("get_table_lineage", { ...schema, name }, token);
  return { up: namesOf(upstreams), down: namesOf(downstreams) };
};

function namesOf(tables: { full_name: string }[]): string[] {
  return tables.map((one) => one.full_name).toSorted();
}

describe("the lineage of a table", () => {
  test("has what CREATE TABLE AS, a view, INSERT, MERGE and UPDATE read and wrote", async () => {
    await run("CREATE TABLE main.default.source (a INT)");
    await run("CREATE TABLE main.default.other (a INT)");
    await run("CREATE TABLE main.default.made AS SELECT * FROM main.default.source");
    await run("CREATE VIEW main.default.seen AS SELECT * FROM main.default.made");
    await run("INSERT INTO main.default.made SELECT a FROM main.default.other");
    await run("CREATE TABLE main.default.merged (a INT)");
    await run(
      "MERGE INTO main.default.merged t USING main.default.seen s ON t.a = s.a WHEN NOT MATCHED THEN INSERT *",
    );
    await run("UPDATE main.default.merged SET a = 1 WHERE a IN (SELECT a FROM main.default.other)");
    expect(await lineageOf("made")).toEqual({
      up: ["main.default.other", "main.default.source"],
      down: ["main.default.seen"],
    });
    // A view stands for what it reads.
    expect(await lineageOf("merged")).toEqual({
      up: ["main.default.other", "main.default.seen"],
      down: [],
    });
    expect(await lineageOf("seen")).toEqual({ up: ["main.default.made"], down: ["main.default.merged"] });
    expect(await lineageOf("source")).toEqual({ up: [], down: ["main.default.made"] });
  });

  test("has nothing of a statement that only reads, of one that failed, and of the table itself", async () => {
    await run("CREATE TABLE main.default.alone (a INT)");
    await run("CREATE TABLE main.default.apart (a INT)");
    await run("SELECT * FROM main.default.alone JOIN main.default.apart USING (a)");
    await run("INSERT INTO main.default.alone SELECT a FROM main.default.alone");
    const failing = "INSERT INTO main.default.alone SELECT CAST('x' AS INT) FROM main.default.apart";
    await run("INSERT INTO main.default.apart VALUES (1)");
    expect((await gateway.run("execute_query", { sql: failing })).status).toBe(400);
    expect(await lineageOf("alone")).toEqual({ up: [], down: [] });
  });

  test("leaves out what the identity may not see, and what is in a catalog that is not allowed", async () => {
    await run("CREATE TABLE main.default.mixed AS SELECT amount FROM finance.ledger.entries");
    await run("CREATE TABLE finance.ledger.copied AS SELECT * FROM main.default.mixed");
    expect(await lineageOf("mixed")).toEqual({
      up: ["finance.ledger.entries"],
      down: ["finance.ledger.copied"],
    });
    expect(await lineageOf("mixed", tokenOf.bob)).toEqual({ up: [], down: [] });
    const confined = await startGateway(workspace.url, {
      DATABRICKS_TOKEN: tokenOf.alice,
      ALLOWED_CATALOGS: "main",
    });
    const { body } = await confined.run("get_table_lineage", { ...schema, name: "mixed" });
    await confined.close();
    expect(body).toEqual({ upstreams: [], downstreams: [] });
  });

  test("leaves out notebooks, files and tables without a name, which Databricks lists beside the tables", async () => {
    const body = {
      upstreams: [
        { fileInfo: { path: "s3://x" } },
        { tableInfo: { has_permission: false } },
        {
          tableInfo: { name: "t", catalog_name: "c", schema_name: "s", table_type: "TABLE" },
          notebookInfos: [],
        },
      ],
      downstreams: [{ notebookInfos: [{ notebook_id: 1 }] }],
    };
    workspace.addFault({ status: 200, body });
    expect(await result("get_table_lineage", { ...schema, name: "t" })).toEqual({
      upstreams: [{ full_name: "c.s.t", table_type: "TABLE" }],
      downstreams: [],
    });
  });
});
