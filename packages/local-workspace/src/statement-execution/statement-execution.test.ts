import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { request as rawRequest } from "undici";
import { expect, test } from "vitest";
import { scriptedEngine } from "../../test/scripted-engine.ts";
import { ALICE, BOB, startForTest } from "../../test/under-test.ts";
import type { LocalWorkspaceOptions } from "../index.ts";

const STATEMENTS = "/api/2.0/sql/statements";

async function start(options: Partial<LocalWorkspaceOptions> = {}) {
  const engine = scriptedEngine();
  const under = await startForTest({ sqlEngine: () => engine, ...options });
  const execute = (statement: string, more: object = {}, token = ALICE) =>
    under.call("POST", STATEMENTS, {
      token,
      body: { statement, warehouse_id: "a1b2c3d4e5f60718", ...more },
    });
  const get = (path: string, token = ALICE) => under.call("GET", `${STATEMENTS}/${path}`, { token });
  const ended = async (id: string) => {
    await expect.poll(async () => (await get(id)).json.status.state).not.toMatch(/^(PENDING|RUNNING)$/);
    return (await get(id)).json;
  };
  return { ...under, engine, execute, get, ended };
}

test("a small result is returned inline", async () => {
  const { execute, engine, workspace } = await start();
  const { status, json } = await execute("rows 8", {
    catalog: "samples",
    schema: "tpch",
    parameters: [{ name: "a", value: "5", type: "BIGINT" }, { name: "b" }],
  });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    statement_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    status: { state: "SUCCEEDED" },
    manifest: {
      format: "JSON_ARRAY",
      schema: {
        column_count: 2,
        columns: [
          { name: "n", type_name: "LONG", type_text: "BIGINT", position: 0 },
          { name: "t", type_name: "STRING", type_text: "STRING", position: 1 },
        ],
      },
      total_chunk_count: 1,
      total_row_count: 8,
      truncated: false,
    },
    result: { chunk_index: 0, row_offset: 0, row_count: 8 },
  });
  expect(json.result.data_array.slice(6)).toEqual([
    ["6", "row 6"],
    ["7", null],
  ]);
  expect(engine.sessions).toMatchObject([
    { principal: "alice@example.com", catalog: "samples", schema: "tpch" },
  ]);
  expect(engine.executions[0]?.parameters).toEqual({
    a: { type: "BIGINT", value: "5" },
    b: { type: "STRING", value: null },
  });
  expect([engine.openSessions, engine.openResults, workspace.openStatements()]).toEqual([0, 0, 0]);
  expect(workspace.statements()).toMatchObject([
    {
      id: json.statement_id,
      service: "statement-execution",
      principal: "alice@example.com",
      state: "succeeded",
    },
  ]);
});

test("a failed statement returns HTTP 200 with its error", async () => {
  const { execute, get } = await start();
  const { status, json } = await execute("fail");
  expect(status).toBe(200);
  expect(json.status).toEqual({
    state: "FAILED",
    error: {
      error_code: "BAD_REQUEST",
      message:
        "[TABLE_OR_VIEW_NOT_FOUND] The table or view `gone` cannot be found. SQLSTATE: 42P01 (line 1, pos 5)",
    },
    sql_state: "42P01",
  });
  expect([json.manifest, json.result]).toEqual([undefined, undefined]);
  expect((await get(json.statement_id)).json).toEqual(json);
  expect((await execute("fail-after 5000")).json.status).toMatchObject({ state: "FAILED" });
});

test("an internal error does not reveal its cause", async () => {
  const { execute } = await start();
  const { json } = await execute("crash");
  expect(json.status).toMatchObject({ state: "FAILED" });
  expect(JSON.stringify(json)).not.toContain("secret");
});

test("with wait_timeout 0s the reply comes at once, and the statement can be polled until it has ended", async () => {
  const { execute, ended } = await start();
  const { json } = await execute("slow 100", { wait_timeout: "0s" });
  expect(["PENDING", "RUNNING"]).toContain(json.status.state);
  expect(json.result).toBeUndefined();
  expect((await ended(json.statement_id)).result.data_array).toEqual([["0", null]]);
});

test("a statement that outlasts wait_timeout goes on or is cancelled, as on_wait_timeout says", async () => {
  const { execute, get, workspace } = await start();
  const [goes, ends] = await Promise.all([
    execute("never", { wait_timeout: "5s" }),
    execute("never", { wait_timeout: "5s", on_wait_timeout: "CANCEL" }),
  ]);
  expect([goes.json.status.state, ends.json.status.state]).toEqual(["RUNNING", "CANCELED"]);
  expect((await get(goes.json.statement_id)).json.status.state).toBe("RUNNING");
  expect(workspace.statements().map((one) => one.cancelRequested)).toEqual([false, true]);
});

test("a cancelled statement is interrupted, and cancelling a finished one changes nothing", async () => {
  const { execute, get, call, engine, workspace } = await start();
  const { json } = await execute("never", { wait_timeout: "0s" });
  await expect.poll(() => engine.executions).toHaveLength(1);
  const cancelled = await call("POST", `${STATEMENTS}/${json.statement_id}/cancel`);
  expect([cancelled.status, cancelled.json]).toEqual([200, {}]);
  expect((await get(json.statement_id)).json.status).toEqual({ state: "CANCELED" });
  expect([engine.openSessions, workspace.openStatements()]).toEqual([0, 0]);
  const done = await execute("rows 1");
  await call("POST", `${STATEMENTS}/${done.json.statement_id}/cancel`);
  expect((await get(done.json.statement_id)).json.status.state).toBe("SUCCEEDED");
});

test("a large result comes in consecutive chunks, each with its own link", async () => {
  const { execute, ended, get } = await start({ sqlLimits: { chunkBytes: 50_000 } });
  const rows = 20_000;
  const external = { disposition: "EXTERNAL_LINKS", format: "ARROW_STREAM" };
  const json = await ended((await execute(`rows ${rows}`, external)).json.statement_id);
  const { manifest } = json;
  expect(manifest).toMatchObject({ format: "ARROW_STREAM", total_row_count: rows, truncated: false });
  expect(manifest.total_chunk_count).toBeGreaterThan(2);
  let [answer, next] = [json.result, 0];
  for (const chunk of manifest.chunks) {
    const [link] = answer.external_links;
    expect(link).toMatchObject({
      chunk_index: chunk.chunk_index,
      row_offset: next,
      row_count: chunk.row_count,
    });
    expect(new Date(link.expiration).getTime() - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    const { statusCode, body } = await rawRequest(link.external_link);
    expect(statusCode).toBe(200);
    const bytes = Buffer.from(await body.arrayBuffer());
    expect(bytes).toHaveLength(link.byte_count);
    const table = tableFromIPC(bytes);
    expect([table.numRows, table.get(0)?.toJSON().n]).toEqual([chunk.row_count, BigInt(next)]);
    next += chunk.row_count;
    const last = chunk.chunk_index === manifest.total_chunk_count - 1;
    expect(link.next_chunk_index).toBe(last ? undefined : chunk.chunk_index + 1);
    if (!last) {
      expect(link.next_chunk_internal_link).toContain(`/result/chunks/${chunk.chunk_index + 1}`);
      answer = (await get(`${json.statement_id}/result/chunks/${link.next_chunk_index}`)).json;
    }
  }
  expect(next).toBe(rows);
  expect((await get(`${json.statement_id}/result/chunks/${manifest.total_chunk_count}`)).status).toBe(404);
});

test("an inline result of several chunks is read chunk by chunk", async () => {
  const { execute, ended, get } = await start({ sqlLimits: { chunkBytes: 50_000 } });
  const json = await ended((await execute("rows 12000")).json.statement_id);
  expect(json.manifest.total_chunk_count).toBeGreaterThan(1);
  const rows = [...json.result.data_array];
  for (let at = json.result.next_chunk_index; at !== undefined; ) {
    const chunk = (await get(`${json.statement_id}/result/chunks/${at}`)).json;
    expect(chunk.row_offset).toBe(rows.length);
    for (const row of chunk.data_array) rows.push(row);
    at = chunk.next_chunk_index;
  }
  expect(rows).toHaveLength(12_000);
  expect(rows.at(-1)).toEqual(["11999", "row 11999"]);
});

test("a result above 25 MiB fails inline and names EXTERNAL_LINKS", async () => {
  const { execute, ended, dir } = await start();
  const json = await ended((await execute("wide 16000")).json.statement_id);
  expect(json.status).toMatchObject({ state: "FAILED", error: { error_code: "BAD_REQUEST" } });
  expect(json.status.error.message).toContain("Inline byte limit exceeded");
  expect(await readdir(join(dir, "temporary"))).toEqual([]);
});

test("a limit truncates a larger result and says so", async () => {
  const { execute } = await start();
  const limited = async (more: object) => {
    const { json } = await execute("rows 10000", more);
    return [json.manifest.total_row_count, json.manifest.truncated];
  };
  expect(await limited({ row_limit: 100 })).toEqual([100, true]);
  expect(await limited({ row_limit: 9999 })).toEqual([9999, true]);
  expect(await limited({ row_limit: 10_000 })).toEqual([10_000, false]);
  expect(await limited({ row_limit: 10_001 })).toEqual([10_000, false]);
  const [rows, truncated] = await limited({ byte_limit: 100_000 });
  expect([rows > 1000 && rows < 10_000, truncated]).toEqual([true, true]);
});

test("a link works without a token, until it expires, and only unchanged", async () => {
  const { execute, workspace, call } = await start({ sqlLimits: { linkMs: 1_000 } });
  const { json } = await execute("rows 5", { disposition: "EXTERNAL_LINKS" });
  const link = json.result.external_links[0].external_link;
  const [status, text] = await open(link);
  expect([status, JSON.parse(text)]).toEqual([
    200,
    [
      ["0", null],
      ["1", "row 1"],
      ["2", "row 2"],
      ["3", "row 3"],
      ["4", "row 4"],
    ],
  ]);
  expect((await open(link, { authorization: `Bearer ${ALICE}` }))[0]).toBe(400);
  expect((await open(`${link.slice(0, -1)}${link.endsWith("A") ? "B" : "A"}`))[0]).toBe(403);
  expect((await open(`${workspace.url}/external-results/x`))[0]).toBe(403);
  await expect.poll(async () => (await open(link))[0]).toBe(403);
  expect((await call("GET", `${STATEMENTS}/${json.statement_id}`)).status).toBe(200);
});

test("a statement can be read and cancelled only by its own principal", async () => {
  const { execute, get, call } = await start();
  const { json } = await execute("rows 5");
  const id = json.statement_id;
  const theirs = [
    await get(id, BOB),
    await get(`${id}/result/chunks/0`, BOB),
    await call("POST", `${STATEMENTS}/${id}/cancel`, { token: BOB }),
    await call("DELETE", `${STATEMENTS}/${id}`, { token: BOB }),
  ];
  expect(theirs.map((answer) => answer.status)).toEqual([404, 404, 404, 404]);
  const missing = await get("00000000-0000-0000-0000-000000000000");
  expect(missing.json.message.replaceAll(/[0-9a-f-]{36}/g, "id")).toBe(
    theirs[0]?.json.message.replaceAll(/[0-9a-f-]{36}/g, "id"),
  );
  expect((await get(id)).json.status.state).toBe("SUCCEEDED");
});

test("a deleted or expired result leaves nothing on disk", async () => {
  const { execute, get, call, dir } = await start({ sqlLimits: { resultKeptMs: 1_000 } });
  const [deleted, aged] = [await execute("rows 5"), await execute("rows 5")];
  expect(await readdir(join(dir, "temporary"))).toHaveLength(2);
  const removal = await call("DELETE", `${STATEMENTS}/${deleted.json.statement_id}`);
  expect([removal.status, removal.json]).toEqual([200, {}]);
  expect((await get(deleted.json.statement_id)).json.status).toEqual({ state: "CLOSED" });
  await expect.poll(async () => (await get(aged.json.statement_id)).json.status.state).toBe("CLOSED");
  expect((await get(`${aged.json.statement_id}/result/chunks/0`)).status).toBe(404);
  await expect.poll(() => readdir(join(dir, "temporary"))).toEqual([]);
});

test("of too many statements the oldest finished one is dropped, and running ones stay", async () => {
  const { execute, get } = await start({ sqlLimits: { statementsMax: 2 } });
  const running = await execute("never", { wait_timeout: "0s" });
  const first = await execute("rows 1");
  const second = await execute("rows 2");
  expect((await get(first.json.statement_id)).status).toBe(404);
  expect((await get(second.json.statement_id)).status).toBe(200);
  expect((await get(running.json.statement_id)).status).toBe(200);
  await execute("never", { wait_timeout: "0s" });
  expect((await execute("rows 1")).status).toBe(429);
});

test("invalid requests are rejected before anything runs", async () => {
  const { execute, call, engine } = await start();
  for (const [more, status] of [
    [{ statement: " " }, 400],
    [{ warehouse_id: "" }, 400],
    [{ warehouse_id: "nope" }, 404],
    [{ wait_timeout: "4s" }, 400],
    [{ wait_timeout: "51s" }, 400],
    [{ wait_timeout: "5" }, 400],
    [{ on_wait_timeout: "MAYBE" }, 400],
    [{ row_limit: 0 }, 400],
    [{ format: "ARROW_STREAM" }, 400],
    [{ format: "CSV", disposition: "EXTERNAL_LINKS" }, 501],
    [{ disposition: "UNKNOWN" }, 501],
    [{ parameters: [{ name: "a", value: "1" }, { value: "2" }] }, 400],
  ] as const) {
    expect([more, (await execute("rows 1", more)).status]).toEqual([more, status]);
  }
  expect((await call("POST", STATEMENTS, { token: null, body: {} })).status).toBe(401);
  expect(engine.executions).toEqual([]);
});

async function open(
  url: string,
  headers: Record<string, string> = {},
): Promise<[status: number, text: string]> {
  const { statusCode, body } = await rawRequest(url, { headers });
  return [statusCode, await body.text()];
}
