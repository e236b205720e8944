import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { arrow } from "./arrow-batch.ts";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehouseId, warehousePath } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
const other = "b2c3d4e5f6071829";

beforeAll(async () => {
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url, {
    DATABRICKS_TOKEN: tokenOf.alice,
    DATABRICKS_HTTP_PATH: warehousePath,
  });
  // Loads the driver, which takes a while.
  await gateway.run("execute_query", { sql: "SELECT 1" });
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearFaults();
  workspace.clearRequests();
  workspace.clearStatements();
});

const preview = (params: object = {}, token?: string) =>
  gateway.run(
    "preview_table",
    { catalog: "main", schema: "sales", name: "orders", ...params },
    token === undefined ? {} : { token },
  );

describe.each(["execute_query", "submit_statement"])("%s", (op) => {
  test("runs on the configured warehouse, or on the one that it names", async () => {
    await gateway.run(op, { sql: "SELECT 1" });
    await gateway.run(op, { sql: "SELECT 2", warehouse_id: other });
    await gateway.run(op, { sql: "SELECT 3" });
    expect(workspace.statements().map((one) => one.warehouseId)).toEqual([warehouseId, other, warehouseId]);
  });

  test("is refused in clear words on a warehouse that does not exist, and runs on no other", async () => {
    const answer = await gateway.run(op, { sql: "SELECT 1", warehouse_id: "nowhere" });
    expect([answer.status, errorOf(answer).error_code]).toEqual([404, "RESOURCE_DOES_NOT_EXIST"]);
    expect(errorOf(answer).error).toContain("nowhere");
    expect(workspace.statements()).toEqual([]);
  });

  test("refuses an id that is none, and runs nothing", async () => {
    const answer = await gateway.run(op, { sql: "SELECT 1", warehouse_id: "../x" });
    expect([answer.status, errorOf(answer).details]).toMatchObject([400, [{ field: "warehouse_id" }]]);
    expect(workspace.statements()).toEqual([]);
  });
});

describe("a table's preview", () => {
  beforeAll(async () => {
    const sql = "CREATE TABLE main.default.`odd``name` AS SELECT id, id AS twice FROM range(0, 250)";
    await gateway.run("execute_query", { sql });
  });
  const odd = { schema: "default", name: "odd`name" };

  test("has the first 100 rows, or as many as asked for, and says whether there are more", async () => {
    const { body } = await preview(odd);
    expect([body.row_count, body.rows.length, body.truncated]).toEqual([100, 100, true]);
    expect(body.columns.map(({ name }: { name: string }) => name)).toEqual(["id", "twice"]);
    const all = (await preview({ ...odd, row_limit: 250 })).body;
    expect([all.row_count, all.truncated]).toEqual([250, false]);
  });

  test("reads no more rows than it needs, by a LIMIT, with quoted names", async () => {
    await preview({ ...odd, row_limit: 3 });
    expect(workspace.statements().map(({ statement }) => statement)).toEqual([
      "SELECT * FROM `main`.`default`.`odd``name` LIMIT 4",
    ]);
  });

  test("is written in each format of queries", async () => {
    const { text } = await preview({ ...odd, row_limit: 1, format: "ndjson" });
    expect(text.trimEnd().split("\n").at(-1)).toBe('{"complete":true,"row_count":1,"truncated":true}');
    const reply = await gateway.open("preview_table", {
      catalog: "main",
      ...odd,
      row_limit: 2,
      format: "arrow",
    });
    expect(arrow.tableFromIPC(Buffer.from(await reply.body.arrayBuffer())).numRows).toBe(2);
  });

  test("runs as the caller, on the warehouse that it names", async () => {
    await preview({ warehouse_id: other }, tokenOf.bob);
    expect(workspace.statements()).toMatchObject([{ principal: "bob@example.com", warehouseId: other }]);
  });

  test.each([
    ["a table that does not exist", { name: "nowhere" }, tokenOf.alice, 404, "TABLE_DOES_NOT_EXIST"],
    ["a schema that does not exist", { schema: "nowhere" }, tokenOf.alice, 404, "TABLE_DOES_NOT_EXIST"],
  ])("returns Databricks' words for %s", async (_what, params, token, status, code) => {
    const answer = await preview(params, token);
    expect([answer.status, errorOf(answer).error_code]).toEqual([status, code]);
    expect(errorOf(answer).error).toContain("nowhere");
  });

  test("is refused for a name that is none, and runs nothing", async () => {
    const answer = await preview({ name: "a; DROP TABLE b" });
    expect([answer.status, errorOf(answer).details]).toMatchObject([400, [{ field: "name" }]]);
    expect(workspace.statements()).toEqual([]);
  });
});

const by = (name: string) => ({
  headers: { "x-gateway-caller": name, "x-gateway-caller-mode": "api-key", "x-gateway-caller-groups": "" },
});

describe.each([
  ["a configured warehouse", { DATABRICKS_HTTP_PATH: warehousePath }],
  ["none", {}],
])("with %s, a statement that names none", (_what, configured: Record<string, string>) => {
  test("runs on a warehouse of its caller's rule, also after another caller of the same identity", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "warehouse-rules-")), "access.yaml");
    writeFileSync(
      file,
      `rules: [
        { who: key:here, operations: "*", warehouses: ${warehouseId} },
        { who: key:there, operations: "*", warehouses: ${other} }]`,
    );
    const ruled = await startGateway(workspace.url, {
      DATABRICKS_TOKEN: tokenOf.alice,
      ...configured,
      ACCESS_FILE: file,
    });
    for (const name of ["here", "there", "here", "there"]) {
      expect((await ruled.run("submit_statement", { sql: "SELECT 1" }, by(name))).status).toBe(200);
    }
    const used = workspace.statements().map((one) => one.warehouseId);
    expect(used).toEqual([warehouseId, other, warehouseId, other]);
    const named = await ruled.run(
      "submit_statement",
      { sql: "SELECT 1", warehouse_id: warehouseId },
      by("there"),
    );
    expect(errorOf(named).error).toBe(`the warehouse ${warehouseId} is not allowed by line 3 of ACCESS_FILE`);
    await ruled.close();
  });
});
