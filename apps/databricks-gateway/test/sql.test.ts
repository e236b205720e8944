import { setTimeout as delay } from "node:timers/promises";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { endless } from "@front-door/local-workspace/test/endless-statement";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { arrow } from "./arrow-batch.ts";
import { errorOf, type GatewayUnderTest, startGateway, tokenOf, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls, warehouseId } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace();
  gateway = await startGateway(workspace.url);
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

const query = (params: object, options?: Parameters<GatewayUnderTest["run"]>[2]) =>
  gateway.run("execute_query", params, options);

async function countRows(params: object): Promise<unknown[]> {
  const { body } = await query({ sql: "SELECT id FROM range(0, 20000)", ...params });
  expect(body.rows).toHaveLength(body.row_count);
  return [body.row_count, body.truncated];
}

function parseLines(text: string): unknown[] {
  expect(text.endsWith("\n")).toBe(true);
  return text
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

describe("a query", () => {
  test("gives its columns and rows as one JSON document", async () => {
    const answer = await query({ sql: "SELECT 1 AS a, 'x' AS b, CAST(1.5 AS DECIMAL(10,2)) AS a" });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(answer.body).toEqual({
      columns: [
        { name: "a", type: "INT", type_text: "INT", nullable: expect.any(Boolean), position: 0 },
        { name: "b", type: "STRING", type_text: "STRING", nullable: expect.any(Boolean), position: 1 },
        {
          name: "a",
          type: "DECIMAL",
          type_text: "DECIMAL(10,2)",
          nullable: expect.any(Boolean),
          position: 2,
        },
      ],
      rows: [[1, "x", "1.50"]],
      row_count: 1,
      truncated: false,
    });
  });

  test("has a line for its columns, for each row and for its end as NDJSON", async () => {
    const answer = await query({ sql: "SELECT id FROM range(0, 20000)", format: "ndjson" });
    expect(answer.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
    const lines = parseLines(answer.text);
    expect(lines[0]).toMatchObject({ columns: [{ name: "id", type: "BIGINT" }] });
    expect(lines.slice(1, -1)).toEqual(Array.from({ length: 20_000 }, (_, id) => [id]));
    expect(lines.at(-1)).toEqual({ complete: true, row_count: 20_000, truncated: false });
  });

  test("is an Arrow stream that others read", async () => {
    const reply = await gateway.open("execute_query", {
      sql: "SELECT id, CAST(id AS STRING) AS text FROM range(0, 20000)",
      format: "arrow",
    });
    expect(reply.headers["content-type"]).toBe("application/vnd.apache.arrow.stream");
    const table = arrow.tableFromIPC(new Uint8Array(await reply.body.arrayBuffer()));
    expect([table.numRows, table.schema.fields.map(String)]).toEqual([20_000, ["id: Int64", "text: Utf8"]]);
    expect(table.get(19_999).toJSON()).toEqual({ id: 19_999n, text: "19999" });
  });

  test.each(["json", "ndjson", "arrow"])("of no rows is whole as %s", async (format) => {
    const reply = await gateway.open("execute_query", { sql: "SELECT id FROM range(0, 0)", format });
    const bytes = Buffer.from(await reply.body.arrayBuffer());
    if (format === "arrow") expect(arrow.tableFromIPC(bytes).schema.fields).toHaveLength(1);
    else expect(bytes.toString()).toContain('"row_count":0');
  });

  test("has as many columns as the statement, an empty name too", async () => {
    const wide = Array.from({ length: 2_000 }, (_, at) => `${at} AS c${at}`).join(", ");
    const { body } = await query({ sql: `SELECT ${wide}, ''` });
    expect(body.rows).toEqual([[...Array(2_000).keys(), ""]]);
    expect(body.columns).toHaveLength(2_001);
    expect(body.columns[1_999]).toMatchObject({ name: "c1999", type: "INT" });
    expect(body.columns[2_000]).toMatchObject({ name: "", type: "STRING" });
  });

  test("is cut at the row limit and says so", async () => {
    expect(await countRows({})).toEqual([10_000, true]);
    expect(await countRows({ row_limit: 19_999 })).toEqual([19_999, true]);
    expect(await countRows({ row_limit: 20_000 })).toEqual([20_000, false]);
    expect(await countRows({ row_limit: 1 })).toEqual([1, true]);
    const params = { sql: "SELECT id FROM range(0, 20000)", row_limit: 9_000, format: "arrow" };
    const reply = await gateway.open("execute_query", params);
    expect(arrow.tableFromIPC(new Uint8Array(await reply.body.arrayBuffer())).numRows).toBe(9_000);
    await until(() => workspace.openStatements() === 0, "all are closed");
  });

  test("of narrow rows comes in few large fetches, and one row past its limit at most", async () => {
    const params = { sql: "SELECT id FROM range(0, 200000)", row_limit: 100_000, format: "arrow" };
    workspace.clearRequests();
    workspace.clearStatements();
    const reply = await gateway.open("execute_query", params);
    const { numRows } = arrow.tableFromIPC(new Uint8Array(await reply.body.arrayBuffer()));
    expect(numRows).toBe(100_000);
    expect(workspace.statements()[0]?.rowsFetched).toBe(100_001);
    // 8,192 rows came with the statement itself, and showed how narrow they are.
    expect(thriftCalls(workspace).filter((method) => method === "FetchResults")).toHaveLength(3);
    await until(() => workspace.openStatements() === 0, "it is closed");
  });

  test("takes parameters by name and by position, each of the type of its value", async () => {
    const params = {
      i: 7,
      l: 2 ** 40,
      d: 1.5,
      s: "O'Reilly; DROP TABLE x --",
      b: true,
      n: null,
      e: { value: "12.50", type: "DECIMAL" },
      t: { value: "2024-01-02 03:04:05.123456", type: "TIMESTAMP_NTZ" },
      h: { value: "9223372036854775807", type: "BIGINT" },
    };
    const named = await query({ sql: "SELECT :i, :l, :d, :s, :b, :n, :e, :t, :h", params });
    expect(named.body.columns.map((column: { type_text: string }) => column.type_text)).toEqual([
      "INT",
      "BIGINT",
      "DOUBLE",
      "STRING",
      "BOOLEAN",
      "VOID",
      "DECIMAL(4,2)",
      "TIMESTAMP_NTZ",
      "BIGINT",
    ]);
    expect(named.body.rows).toEqual([
      [7, 2 ** 40, 1.5, params.s, true, null, "12.50", "2024-01-02T03:04:05.123456", "9223372036854775807"],
    ]);
    const positional = await query({ sql: "SELECT ? AS a, ? AS b", params: ["a", 2] });
    expect(positional.body.rows).toEqual([["a", 2]]);
  });

  test("looks its names up in the catalog and schema of the call, and in no other call's", async () => {
    const names = "SELECT current_catalog(), current_schema()";
    const one = await query({ sql: names, catalog: "main", schema: "sales" });
    const other = await query({ sql: names, catalog: "samples" });
    expect([one.body.rows, other.body.rows]).toEqual([[["main", "sales"]], [["samples", "default"]]]);
  });

  test("has numbers as strings throughout when that is asked for", async () => {
    const sql = "SELECT CAST(1 AS BIGINT), CAST(2 AS DECIMAL(5,0)), CAST(3 AS INT)";
    expect((await query({ sql })).body.rows).toEqual([[1, 2, 3]]);
    expect((await query({ sql, numbers_as_strings: true })).body.rows).toEqual([["1", "2", 3]]);
  });

  test("runs on the configured warehouse, else on the first that runs", async () => {
    await query({ sql: "SELECT 2" });
    const other = await startGateway(workspace.url, {
      DATABRICKS_TOKEN: tokenOf.alice,
      DATABRICKS_WAREHOUSE_ID: "b2c3d4e5f6071829",
    });
    await other.run("execute_query", { sql: "SELECT 3" });
    await other.close();
    expect(workspace.statements().map((each) => [each.statement, each.warehouseId])).toEqual([
      ["SELECT 2", warehouseId],
      ["SELECT 3", "b2c3d4e5f6071829"],
    ]);
  });
});

describe("a query that fails", () => {
  test("is a 400 in Databricks' words, with its error class and SQLSTATE", async () => {
    const answer = await query({ sql: "SELECT * FROM main.default.nowhere" });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      error: expect.stringContaining("nowhere"),
      error_code: "STATEMENT_FAILED",
      retryable: false,
      details: [{ error_class: "TABLE_OR_VIEW_NOT_FOUND", sql_state: "42P01" }],
    });
    await until(() => workspace.openStatements() === 0, "it is closed");
    expect(thriftCalls(workspace)).not.toContain("CloseSession");
  });

  test("cannot hold a second statement", async () => {
    const answer = await query({ sql: "SELECT 1; SELECT 2" });
    expect([answer.status, errorOf(answer).error_code]).toEqual([400, "STATEMENT_FAILED"]);
  });

  test.each([
    [{}, "sql"],
    [{ sql: " " }, "sql"],
    [{ sql: "SELECT 1", row_limit: 0 }, "row_limit"],
    [{ sql: "SELECT 1", params: { a: { value: 1, type: "NOPE" } } }, "params.a.type"],
    [{ sql: "SELECT 1", catalog: "a b" }, "catalog"],
    [{ sql: "SELECT 1", format: "csv" }, "format"],
  ])("for its parameters is a 400 that names the field, and nothing is run: %j", async (params, field) => {
    const answer = await query(params);
    expect([answer.status, errorOf(answer).details?.[0]?.field]).toEqual([400, field]);
    expect(workspace.statements()).toEqual([]);
  });

  test("in the middle ends NDJSON with the error, and breaks the others off", async () => {
    const params = { sql: "SELECT id, repeat('x', 1000) AS t FROM range(0, 100000)", row_limit: 100_000 };
    for (const format of ["ndjson", "json", "arrow"]) {
      workspace.addFault({ thriftMethod: "FetchResults", nth: 3, status: 500 });
      const reply = await gateway.open("execute_query", { ...params, format });
      expect(reply.statusCode).toBe(200);
      if (format === "ndjson") {
        const last = parseLines(await reply.body.text()).at(-1);
        expect(last).toMatchObject({
          status: 502,
          error_code: "UPSTREAM_ERROR",
          request_id: expect.any(String),
        });
      } else {
        await expect(reply.body.bytes()).rejects.toThrow(/closed|terminated|aborted/);
      }
      workspace.clearFaults();
      await until(() => workspace.openStatements() === 0, "the statement is closed");
    }
  });

  test("for want of time is cancelled at Databricks and a 504", async () => {
    const answer = await query({ sql: endless, timeout_ms: 1_000 });
    expect([answer.status, errorOf(answer).error_code]).toEqual([504, "DEADLINE_EXCEEDED"]);
    await until(() => workspace.statements()[0]?.state === "canceled", "it is cancelled");
    await until(() => workspace.openStatements() === 0, "it is closed");
  });
});

describe("a caller that hangs up", () => {
  test.each(["json", "ndjson", "arrow"])("in the middle of a result, as %s", async (format) => {
    const params = {
      sql: "SELECT id, repeat('x', 100) FROM range(0, 5000000)",
      format,
      row_limit: 5_000_000,
    };
    const reply = await gateway.open("execute_query", params);
    const body = reply.body[Symbol.asyncIterator]();
    await body.next();
    expect(workspace.openStatements()).toBe(1);
    reply.body.on("error", () => undefined).destroy();
    await until(() => workspace.openStatements() === 0, "it is closed");
  });
});

describe("a slow reader", () => {
  test("holds Databricks back", async () => {
    const params = { sql: "SELECT id, repeat('x', 1000) FROM range(0, 2000000)", format: "ndjson" };
    const reply = await gateway.open("execute_query", params);
    let [before, fetched] = [0, 0];
    do {
      before = fetched;
      await delay(500);
      fetched = workspace.statements()[0]?.rowsFetched ?? 0;
    } while (fetched === 0 || fetched > before);
    // Of two million.
    expect(fetched).toBeLessThan(100_000);
    reply.body.on("error", () => undefined).destroy();
    await until(() => workspace.openStatements() === 0, "it is closed");
  });
});

describe("sessions", () => {
  test("are used again, and have one statement at a time", async () => {
    await query({ sql: "SELECT 1" });
    workspace.clearRequests();
    await query({ sql: "SELECT 2" });
    expect(thriftCalls(workspace)).toEqual(["ExecuteStatement"]);
    await Promise.all(
      Array.from({ length: 5 }, (_, n) => query({ sql: `SELECT ${n}, sum(id) FROM range(0, 1000000)` })),
    );
    const sessions = workspace
      .statements()
      .slice(-5)
      .map(({ sessionId }) => sessionId);
    expect(new Set(sessions).size).toBe(5);
  });
});

describe("statements that outlive their request", () => {
  test("are submitted, looked at, read in chunks", async () => {
    const submitted = await gateway.run("submit_statement", {
      sql: "SELECT id, CAST(:d AS DECIMAL(10,2)) AS d FROM range(0, 3)",
      params: { d: { value: "1.50", type: "DECIMAL(10,2)" } },
    });
    expect(submitted.status).toBe(200);
    const { statement_id } = submitted.body;
    let seen = submitted.body;
    while (seen.state === "PENDING" || seen.state === "RUNNING") {
      seen = (await gateway.run("get_statement", { statement_id })).body;
    }
    expect(seen).toMatchObject({
      statement_id,
      state: "SUCCEEDED",
      row_count: 3,
      chunk_count: 1,
      truncated: false,
      columns: [
        { name: "id", type: "BIGINT", position: 0 },
        { name: "d", type: "DECIMAL", type_text: "DECIMAL(10,2)", position: 1 },
      ],
    });
    const chunk = await gateway.run("get_statement_result", { statement_id });
    expect(chunk.body).toMatchObject({
      chunk: 0,
      row_offset: 0,
      row_count: 3,
      rows: [
        [0, "1.50"],
        [1, "1.50"],
        [2, "1.50"],
      ],
    });
  });

  test("say why they failed", async () => {
    const { body } = await gateway.run("submit_statement", { sql: "SELECT * FROM main.default.nowhere" });
    let seen = body;
    while (seen.state === "PENDING" || seen.state === "RUNNING") {
      seen = (await gateway.run("get_statement", { statement_id: body.statement_id })).body;
    }
    expect(seen).toMatchObject({
      state: "FAILED",
      error: { message: expect.stringContaining("nowhere"), error_class: "TABLE_OR_VIEW_NOT_FOUND" },
    });
  });

  test("have rows only once they succeeded, and say so before and after", async () => {
    const chunkOf = (statement_id: string, chunk = 0) =>
      gateway.run("get_statement_result", { statement_id, chunk });
    const ended = async (sql: string) => {
      const { statement_id } = (await gateway.run("submit_statement", { sql })).body;
      for (let state = "PENDING"; state === "PENDING" || state === "RUNNING"; ) {
        ({ state } = (await gateway.run("get_statement", { statement_id })).body);
      }
      return statement_id;
    };
    const running = (await gateway.run("submit_statement", { sql: endless })).body.statement_id;
    const early = await chunkOf(running);
    expect([early.status, errorOf(early).error_code]).toEqual([409, "RESOURCE_CONFLICT"]);
    expect(errorOf(early).error).toMatch(/^The statement has no result: its state is (PENDING|RUNNING)\.$/);
    await gateway.run("cancel_statement", { statement_id: running });

    const failed = await chunkOf(await ended("SELECT * FROM main.default.nowhere"));
    expect(errorOf(failed).error).toBe("The statement has no result: its state is FAILED.");

    const one = await ended("SELECT 1");
    const beyond = await chunkOf(one, 1);
    expect([beyond.status, errorOf(beyond).error]).toEqual([404, "The result has no chunk 1: it has 1."]);

    const none = await chunkOf(await ended("SELECT 1 WHERE false"));
    expect(none.body).toMatchObject({ chunk: 0, row_offset: 0, rows: [], row_count: 0 });
  });

  test("are cancelled", async () => {
    const { body } = await gateway.run("submit_statement", { sql: endless });
    const { statement_id } = body;
    expect((await gateway.run("cancel_statement", { statement_id })).body).toEqual({});
    await until(() => workspace.statements()[0]?.state === "canceled", "it is cancelled");
    expect((await gateway.run("get_statement", { statement_id })).body.state).toBe("CANCELED");
  });

  test("are not there for another identity", async () => {
    const { body } = await gateway.run("submit_statement", { sql: "SELECT 1" }, { token: tokenOf.alice });
    const { statement_id } = body;
    for (const op of ["get_statement", "get_statement_result", "cancel_statement"]) {
      const foreign = await gateway.run(op, { statement_id }, { token: tokenOf.bob });
      expect([foreign.status, errorOf(foreign).error_code]).toEqual([404, "NOT_FOUND"]);
      const unknown = await gateway.run(op, { statement_id: "01ef-0000" }, { token: tokenOf.bob });
      expect(errorOf(unknown).error).toBe(errorOf(foreign).error);
    }
  });
});
