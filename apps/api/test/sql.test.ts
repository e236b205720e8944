import { request } from "node:http";
import { createRequire } from "node:module";
import { endless } from "@front-door/local-workspace/test/endless-statement";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Stack, startStack, tokens } from "./start-stack.ts";

// The package describes its types for CommonJS alone, and an import cannot say so and keep its name.
// oxlint-disable-next-line typescript/consistent-type-imports
type Arrow = typeof import("apache-arrow", { with: { "resolution-mode": "require" }});
const arrow = createRequire(import.meta.url)("apache-arrow") as Arrow;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({}, { tls: true });
  // Loads the driver, which takes a while.
  await stack.call("POST", "/api/query", { json: { sql: "SELECT 1" } });
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
  stack.workspace.clearStatements();
});

const query = (json: unknown, headers: Record<string, string> = {}) =>
  stack.call("POST", "/api/query", { json, headers });
const range = { sql: "SELECT id FROM range(0, :n)", params: { n: 20_000 } };

describe("a query", () => {
  it.each([undefined, "*/*", "application/json", "text/html, application/json;q=0.5"])(
    "returns one JSON document for Accept: %j",
    async (accept) => {
      const answer = await query({ sql: "SELECT 1 AS a" }, accept === undefined ? {} : { accept });
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({
        "content-type": "application/json; charset=utf-8",
        vary: "Accept, Accept-Encoding",
        "cache-control": "no-store",
      });
      expect(answer.json).toMatchObject({ rows: [[1]], row_count: 1, truncated: false });
    },
  );

  it("returns one line for each row if Accept asks for NDJSON", async () => {
    const answer = await query(range, { accept: "application/x-ndjson" });
    expect(answer.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
    const lines = answer.text.trimEnd().split("\n");
    expect(lines).toHaveLength(20_002);
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ complete: true, row_count: 20_000, truncated: false });
  });

  it("returns an Arrow stream if Accept asks for it", async () => {
    const answer = await query(range, { accept: "application/vnd.apache.arrow.stream" });
    expect(answer.headers["content-type"]).toBe("application/vnd.apache.arrow.stream");
    expect(arrow.tableFromIPC(answer.bytes).numRows).toBe(20_000);
  });

  it("keeps columns with the same name apart, whatever their types", async () => {
    const sql = "SELECT ?, ?, 2 AS a, 'x' AS a, 2.5 AS a";
    const answer = await query({ sql, params: ["a", 2] });
    expect([answer.status, answer.json.rows]).toEqual([200, [["a", 2, 2, "x", "2.5"]]]);
    const stream = await query({ sql, params: ["a", 2] }, { accept: "application/vnd.apache.arrow.stream" });
    const [batch] = arrow.tableFromIPC(stream.bytes).batches;
    const { Utf8, Int, Decimal } = arrow.Type;
    expect(batch?.data.children.map(({ type }) => type.typeId)).toEqual([Utf8, Int, Int, Utf8, Decimal]);
  });

  it("returns 406 for any other type", async () => {
    const answer = await query(range, { accept: "text/csv" });
    expect([answer.status, answer.json.error_code]).toEqual([406, "NOT_ACCEPTABLE"]);
    expect(stack.workspace.statements()).toEqual([]);
  });

  it("runs as its caller", async () => {
    const sql = "SELECT current_user()";
    const answer = await query({ sql }, { authorization: `Bearer ${tokens.bob}` });
    expect(answer.json.rows).toEqual([["bob@example.com"]]);
  });

  it.each([
    [{}, "sql"],
    [{ sql: "" }, "sql"],
    [{ sql: "SELECT 1", format: "arrow" }, "format"],
    [{ sql: "SELECT 1", params: { a: [] } }, "params.a"],
    [{ sql: "SELECT 1", timeout_ms: 1 }, "timeout_ms"],
  ])("returns 400 for a missing or invalid parameter: %j", async (body, field) => {
    const answer = await query(body);
    expect([answer.status, answer.json.details[0].field]).toEqual([400, field]);
  });

  it("that fails returns 400 in Databricks' words", async () => {
    const answer = await query({ sql: "SELECT * FROM main.default.nowhere" });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error_code: "STATEMENT_FAILED",
      details: [{ error_class: "TABLE_OR_VIEW_NOT_FOUND", sql_state: "42P01" }],
    });
  });

  it("can be as long as 500,000 characters", async () => {
    const answer = await query({ sql: `SELECT 1 /* ${"é".repeat(300_000)} */` });
    expect(answer.status).toBe(200);
  });

  // As JSON and as Arrow it is in cut-streams.test.ts.
  it("that fails after its first rows ends with the error as NDJSON", async () => {
    const body = { sql: "SELECT id, repeat('x', 100) AS t FROM range(0, 100000)", row_limit: 100_000 };
    stack.workspace.addFault({ thriftMethod: "FetchResults", nth: 3, status: 500 });
    const lines = (await query(body, { accept: "application/x-ndjson" })).text.trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ error_code: "UPSTREAM_ERROR", status: 502 });
  });

  it("is cancelled when its caller hangs up", async () => {
    const call = request(`${stack.url}/api/query`, {
      method: "POST",
      headers: { "content-type": "application/json" },
    }).on("error", () => undefined);
    call.end(JSON.stringify({ sql: endless }));
    await expect.poll(() => stack.workspace.statements()).toHaveLength(1);
    call.destroy();
    await expect.poll(() => stack.workspace.statements()[0]?.state).toBe("canceled");
    await expect.poll(() => stack.workspace.openStatements()).toBe(0);
  });
});

async function submit(sql: string, token: string = tokens.alice): Promise<string> {
  const answer = await stack.call("POST", "/api/statements", {
    json: { sql },
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(202);
  return answer.json.statement_id;
}
const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const statement = async (id: string): Promise<unknown> =>
  (await stack.call("GET", `/api/statements/${id}`, as(tokens.alice))).json;

describe("a statement that outlives its request", () => {
  it("is submitted, polled and read", async () => {
    const id = await submit("SELECT id, 'x' AS t FROM range(0, 3)");
    await expect
      .poll(() => statement(id))
      .toMatchObject({
        state: "SUCCEEDED",
        row_count: 3,
        columns: [{ name: "id" }, { name: "t" }],
      });
    const chunk = await stack.call("GET", `/api/statements/${id}/result?chunk=0`, as(tokens.alice));
    expect(chunk.json).toMatchObject({
      chunk: 0,
      row_count: 3,
      rows: [
        [0, "x"],
        [1, "x"],
        [2, "x"],
      ],
    });
  });

  it("is read as a stream in the format that Accept names", async () => {
    const id = await submit("SELECT id FROM range(0, 3)");
    await expect.poll(() => statement(id)).toMatchObject({ state: "SUCCEEDED" });
    const read = (accept: string) =>
      stack.call("GET", `/api/statements/${id}/result`, {
        headers: { ...as(tokens.alice).headers, accept },
      });
    const lines = await read("application/x-ndjson");
    expect(lines.headers["content-type"]).toMatch(/^application\/x-ndjson/);
    expect(lines.text.split("\n").slice(1)).toEqual([
      "[0]",
      "[1]",
      "[2]",
      '{"complete":true,"row_count":3,"truncated":false}',
      "",
    ]);
    const stream = await read("application/vnd.apache.arrow.stream");
    expect(stream.headers["content-type"]).toBe("application/vnd.apache.arrow.stream");
    const refused = await read("text/csv");
    expect([refused.status, refused.json.error_code]).toEqual([406, "NOT_ACCEPTABLE"]);
  });

  it("is cancelled", async () => {
    const id = await submit(endless);
    expect((await stack.call("POST", `/api/statements/${id}/cancel`, as(tokens.alice))).status).toBe(200);
    await expect.poll(() => statement(id)).toMatchObject({ state: "CANCELED" });
  });

  it("does not exist for another caller, and an invalid id returns 400", async () => {
    const id = await submit("SELECT 1");
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/result"],
      ["POST", "/cancel"],
    ] as const) {
      const foreign = await stack.call(method, `/api/statements/${id}${path}`, as(tokens.bob));
      expect([foreign.status, foreign.json.error_code]).toEqual([404, "NOT_FOUND"]);
      const bad = await stack.call(method, `/api/statements/a%2Fb${path}`, as(tokens.bob));
      expect(bad.status).toBe(400);
    }
  });

  it("needs `sql`", async () => {
    const answer = await stack.call("POST", "/api/statements", { json: {} });
    expect([answer.status, answer.json.details[0].field]).toEqual([400, "sql"]);
  });
});
