import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CloudStorage } from "../src/databricks/cloud-storage.ts";
import { arrow } from "./arrow-batch.ts";
import { startForeignOrigin } from "./foreign-origin.ts";
import { type Answer, errorOf, type GatewayUnderTest, signedId, startGateway } from "./gateway-under-test.ts";
import { startSqlWorkspace } from "./sql-under-test.ts";

// A statement gives the same cells as a query: whatever Databricks' two ways of sending a result have in different forms.

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
/** Of a result in several chunks. */
const chunkBytes = 64 * 1024;

beforeAll(async () => {
  workspace = await startSqlWorkspace({ sqlLimits: { chunkBytes } });
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
  gateway.log.length = 0;
});

const links = { method: "GET", path: "/external-results/*" };
const downloads = () => workspace.requests().filter(({ path }) => path.startsWith("/external-results/"));

/** The id of a statement that has succeeded. */
async function succeeded(params: object): Promise<string> {
  const { statement_id } = (await gateway.run("submit_statement", params)).body;
  for (let state = "PENDING"; state !== "SUCCEEDED"; ) {
    const { body } = await gateway.run("get_statement", { statement_id });
    ({ state } = body);
    if (state === "FAILED") throw new Error(body.error.message);
  }
  return statement_id;
}

const result = (statement_id: string, params: object = {}) =>
  gateway.run("get_statement_result", { statement_id, ...params });

async function bytesOf(op: string, params: object): Promise<Buffer> {
  const reply = await gateway.open(op, params);
  return Buffer.from(await reply.body.arrayBuffer());
}

const everyType = `SELECT * FROM VALUES
  (true, CAST(1 AS TINYINT), CAST(-2 AS SMALLINT), 3, CAST(9007199254740993 AS BIGINT), CAST(1 AS BIGINT),
   CAST('12.50' AS DECIMAL(10,2)), CAST('12345678901234567890123456789012345678' AS DECIMAL(38,0)),
   CAST(0.1 AS FLOAT), CAST('NaN' AS DOUBLE), 'naïve "text"', unhex('00ff'), DATE'2024-01-31',
   TIMESTAMP'2024-01-31 12:00:00.123456Z', TIMESTAMP_NTZ'2024-01-31 12:00:00.000001',
   INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.000005' DAY TO SECOND,
   array(1, NULL), named_struct('a', 1, 'b c', 'x'), map('k', CAST(1.5 AS DECIMAL(3,1))), parse_json('{"a": [1]}'), NULL),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (false, CAST(-128 AS TINYINT), CAST(0 AS SMALLINT), -3, CAST(-9223372036854775807 AS BIGINT), CAST(-1 AS BIGINT),
   CAST('-0.01' AS DECIMAL(10,2)), CAST('-1' AS DECIMAL(38,0)),
   CAST('Infinity' AS FLOAT), CAST('-0.0' AS DOUBLE), '', unhex(''), DATE'1969-12-31',
   TIMESTAMP'1969-12-31 23:59:59.999999Z', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999',
   INTERVAL '-1-2' YEAR TO MONTH, INTERVAL '-1 02:03:04.000005' DAY TO SECOND,
   array(), named_struct('a', NULL, 'b c', NULL), map('k', NULL), parse_json('1'), NULL)
  AS t(bool, tiny, small, i, big, small_big, dec, wide, f, d, s, bin, date, ts, ntz, ym, dt, arr, str, m, v, void)`;

describe("a statement and a query of every type", () => {
  let statement_id: string;
  beforeAll(async () => {
    statement_id = await succeeded({ sql: everyType });
  });

  test("have the same columns and cells in a JSON document", async () => {
    const { body: query } = await gateway.run("execute_query", { sql: everyType });
    const { body } = await result(statement_id);
    expect(body.rows).toEqual(query.rows);
    expect(body).toEqual({ ...query, columns: body.columns, chunk: 0, row_offset: 0 });
    expect(types(body)).toEqual(types(query));
    expect(body.rows[0].slice(12, 17)).toEqual([
      "2024-01-31",
      "2024-01-31T12:00:00.123456Z",
      "2024-01-31T12:00:00.000001",
      "1-2",
      "1 02:03:04.000005000",
    ]);
    expect(body.rows[2].slice(15, 17)).toEqual(["-1-2", "-1 02:03:04.000005000"]);
  });

  test("have the same lines as NDJSON", async () => {
    const query = await gateway.run("execute_query", { sql: everyType, format: "ndjson" });
    const stored = await result(statement_id, { format: "ndjson" });
    expect(stored.text.split("\n").slice(1)).toEqual(query.text.split("\n").slice(1));
  });

  test("have numbers as strings throughout when that is asked for", async () => {
    const query = await gateway.run("execute_query", { sql: everyType, numbers_as_strings: true });
    expect((await result(statement_id, { numbers_as_strings: true })).body.rows).toEqual(query.body.rows);
  });

  test("are the same Arrow table, and end with its end marker", async () => {
    const query = await bytesOf("execute_query", { sql: everyType, format: "arrow" });
    const stored = await bytesOf("get_statement_result", { statement_id, format: "arrow" });
    const [one, other] = [arrow.tableFromIPC(query), arrow.tableFromIPC(stored)];
    expect(other.schema.fields.map(String)).toEqual(one.schema.fields.map(String));
    expect(JSON.stringify(other.toArray(), big)).toEqual(JSON.stringify(one.toArray(), big));
    expect(stored.subarray(-8)).toEqual(Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]));
  });

  test.each(["json", "ndjson", "arrow"])("are the same without a row, as %s", async (format) => {
    const sql = `${everyType} LIMIT 0`;
    const query = await gateway.run("execute_query", { sql, format });
    const stored = await result(await succeeded({ sql }), { format });
    if (format === "json") {
      expect(stored.body).toMatchObject({
        rows: [],
        row_count: 0,
        truncated: false,
        chunk: 0,
        row_offset: 0,
      });
      return;
    }
    if (format === "ndjson") {
      expect(stored.text.split("\n").slice(1)).toEqual(query.text.split("\n").slice(1));
      return;
    }
    const empty = await bytesOf("get_statement_result", { statement_id: await succeeded({ sql }), format });
    const expected = arrow.tableFromIPC(await bytesOf("execute_query", { sql, format }));
    expect(arrow.tableFromIPC(empty).schema.fields.map(String)).toEqual(expected.schema.fields.map(String));
  });
});

function types({ columns }: { columns: { name: string; type_text: string }[] }) {
  return columns.map(({ name, type_text }) => [name, type_text]);
}

function big(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

describe("a result in several chunks", () => {
  const sql = "SELECT id, concat('row ', id) AS text FROM range(0, 20000)";
  let statement_id: string;
  let chunks: number;
  beforeAll(async () => {
    statement_id = await succeeded({ sql });
    chunks = (await gateway.run("get_statement", { statement_id })).body.chunk_count;
  });

  test("has the same columns in its state and in its result", async () => {
    const { body } = await gateway.run("get_statement", { statement_id });
    expect((await result(statement_id)).body.columns).toEqual(body.columns);
    expect(body.columns).toHaveLength(2);
    const { text } = await result(statement_id, { format: "ndjson" });
    expect(JSON.parse(text.split("\n", 1)[0] ?? "")).toEqual({ columns: body.columns });
  });

  test("is read chunk by chunk as JSON", async () => {
    const rows: unknown[] = [];
    for (let chunk: number | undefined = 0; chunk !== undefined; ) {
      const { body } = await result(statement_id, { chunk });
      expect([body.chunk, body.row_offset, body.row_count]).toEqual([chunk, rows.length, body.rows.length]);
      rows.push(...body.rows);
      chunk = body.next_chunk;
    }
    expect(chunks).toBeGreaterThan(2);
    expect(rows).toHaveLength(20_000);
    expect(rows.at(-1)).toEqual([19_999, "row 19999"]);
  });

  test("comes whole as NDJSON, or from a chunk on", async () => {
    const lines = async (params: object) => {
      const { text } = await result(statement_id, { format: "ndjson", ...params });
      return text.trimEnd().split("\n").slice(1);
    };
    const whole = await lines({});
    expect(whole.at(-1)).toBe('{"complete":true,"row_count":20000,"truncated":false}');
    expect(whole[19_999]).toBe('[19999,"row 19999"]');
    const second = (await result(statement_id, { chunk: 1 })).body;
    const rest = await lines({ chunk: 1 });
    expect(rest[0]).toBe(JSON.stringify(second.rows[0]));
    expect(JSON.parse(rest.at(-1) ?? "")).toEqual({
      complete: true,
      row_count: 20_000 - second.row_offset,
      truncated: false,
    });
  });

  test("comes whole as one Arrow stream", async () => {
    const table = arrow.tableFromIPC(
      await bytesOf("get_statement_result", { statement_id, format: "arrow" }),
    );
    expect([table.numRows, String(table.get(19_999).id)]).toEqual([20_000, "19999"]);
  });

  test("is read from the storage without a credential, with one link for each chunk", async () => {
    await result(statement_id, { format: "ndjson" });
    expect(downloads()).toHaveLength(chunks);
    for (const { headers } of downloads()) expect(headers).not.toHaveProperty("authorization");
    // The statement comes with its first link.
    const calls = workspace.requests().filter(({ path }) => path.startsWith("/api/"));
    expect(calls).toHaveLength(chunks);
  });

  test("is asked for a new link if the storage refuses one", async () => {
    workspace.addFault({ ...links, times: 1, status: 403, body: "<Error>expired</Error>" });
    const { text } = await result(statement_id, { format: "ndjson" });
    expect(text).toContain('{"complete":true,"row_count":20000');
    expect(new Set(downloads().map(({ path }) => path)).size).toBe(chunks + 1);
  });

  test.each([
    ["breaks off", { cutAfterBytes: 40_000 }],
    ["is not answered", { noReply: "reset" as const }],
    ["is answered with 503", { status: 503, body: "SlowDown" }],
  ])("goes on where it was when a download %s", async (_what, fault) => {
    workspace.addFault({ ...links, times: 2, ...fault });
    const { text } = await result(statement_id, { format: "ndjson" });
    const rows = text.trimEnd().split("\n").slice(1, -1);
    expect(rows).toEqual(Array.from({ length: 20_000 }, (_, id) => `[${id},"row ${id}"]`));
  });

  test.each([
    [403, "UPSTREAM_ERROR", "The cloud storage does not accept Databricks' links to the result."],
    [500, "UPSTREAM_UNREACHABLE", "The workspace's cloud storage could not be reached from the gateway."],
  ])(
    "fails if the storage answers %i again and again, and no line has a link",
    async (status, code, error) => {
      workspace.addFault({ ...links, status, body: "no" });
      const answer = await result(statement_id);
      expect([answer.status, errorOf(answer).error_code, errorOf(answer).error]).toEqual([502, code, error]);
      const paths = downloads().map(({ path }) => path.slice(-40));
      expect(paths.length).toBeGreaterThan(0);
      for (const path of paths) expect(JSON.stringify(gateway.log)).not.toContain(path);
    },
  );

  test("breaks NDJSON off with the error in its last line, and Arrow with the connection", async () => {
    const path = `/api/2.0/sql/statements/${statement_id.split(".", 1)[0]}/result/chunks/2`;
    workspace.addFault({ method: "GET", path, status: 404, body: {} });
    const { text } = await result(statement_id, { format: "ndjson" });
    expect(JSON.parse(text.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ error_code: "NOT_FOUND" });
    await expect(bytesOf("get_statement_result", { statement_id, format: "arrow" })).rejects.toThrow(
      /terminated|closed|aborted|reset/,
    );
  });
});

test("a result beyond 25 MiB is whole", async () => {
  const sql = "SELECT id, repeat('x', 10000) AS text FROM range(0, 3000)";
  const statement_id = await succeeded({ sql });
  const reply = await gateway.open("get_statement_result", { statement_id, format: "ndjson" });
  let bytes = 0;
  let last = "";
  for await (const piece of reply.body) {
    bytes += (piece as Buffer).length;
    last = String(piece).slice(-100);
  }
  expect(bytes).toBeGreaterThan(30_000_000);
  expect(last).toMatch(/\{"complete":true,"row_count":3000,"truncated":false\}\n$/);
});

test("a statement takes parameters by position, each of the type of its value", async () => {
  const sql = "SELECT ? AS a, ? AS b, ? AS c, ? AS d";
  const params = [1, "x", null, { value: "1.50", type: "DECIMAL(10,2)" }];
  const stored = await result(await succeeded({ sql, params }));
  expect(stored.body.rows).toEqual([[1, "x", null, "1.50"]]);
});

describe("a link of a workspace with https", () => {
  test.each([
    ["http://127.0.0.1:1/x", "not https"],
    ["file:///etc/passwd", "not https"],
    ["nothing", "not https"],
  ])("that is %s is not followed", async (external_link) => {
    const link = { chunk_index: 0, row_offset: 0, row_count: 1, external_link };
    const answer = await answerTo({ external_links: [link] });
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
  });
});

const manifest = {
  format: "ARROW_STREAM",
  total_chunk_count: 2,
  total_row_count: 2,
  schema: { columns: [] },
};

/** The reply about a statement of which Databricks says this. */
async function answerTo(given: object, more: object = {}, params: object = {}): Promise<Answer> {
  const body = {
    status: { state: "SUCCEEDED" },
    manifest: { ...manifest, total_chunk_count: 1, ...more },
    result: given,
  };
  workspace.addFault({ method: "GET", path: "/api/2.0/sql/statements/*", status: 200, body });
  return result(signedId(workspace.url, "01ef-1"), params);
}

test("a result of more chunks than anybody could have costs no memory before they are read", async () => {
  const link = { chunk_index: 0, row_offset: 0, row_count: 1, external_link: "https://127.0.0.1:1/x" };
  const links = { external_links: [{ ...link, next_chunk_index: 1 }] };
  const answer = await answerTo(links, { total_chunk_count: 5_000_000_000 });
  // The fault answers the question for a new link, too, which has none.
  expect(errorOf(answer).error_code).toBe("UPSTREAM_INVALID_RESPONSE");
});

test("no credential and nothing of a connection is sent to the storage, whatever a link asks for", async () => {
  const unwanted = {
    Authorization: "a",
    Cookie: "b",
    "Proxy-Authorization": "c",
    "Transfer-Encoding": "chunked",
    Expect: "100-continue",
  };
  const origin = await startForeignOrigin();
  const storage = new CloudStorage({ allowHttp: true, proxyFor: () => undefined });
  const link = { url: `${origin.url}/chunk`, headers: { ...unwanted, "X-Amz-Key": "d" } };
  for await (const _piece of storage.read(link, AbortSignal.timeout(10_000)));
  const headers = origin.seen[0]?.headers;
  expect(headers).toMatchObject({ "x-amz-key": "d" });
  for (const name of Object.keys(unwanted)) expect(headers).not.toHaveProperty(name.toLowerCase());
  await storage.close();
  await origin.close();
});

describe("a chunk that is not the one asked for is refused:", () => {
  const sound = { chunk_index: 0, row_offset: 0, row_count: 1, external_link: "https://127.0.0.1:1/x" };
  test.each<[string, object, object?]>([
    ["an empty object", {}],
    ["an error with status 200", { error: "x" }],
    ["rows in place of links", { chunk_index: 0, row_count: 1, data_array: [["a"]] }],
    ["links that are not a list", { external_links: {} }],
    ["only the link to another chunk", { external_links: [{ ...sound, chunk_index: 3 }] }],
    ["no link", { external_links: [{ ...sound, external_link: undefined }] }],
    ["an odd number of rows", { external_links: [{ ...sound, row_count: "x" }] }],
    ["no number of rows", { external_links: [{ ...sound, row_count: undefined }] }],
    ["a next one after the last", { external_links: [{ ...sound, next_chunk_index: 1 }] }],
    ["no next one before the last", { external_links: [sound] }, { total_chunk_count: 2 }],
    [
      "itself as the next one",
      { external_links: [{ ...sound, next_chunk_index: 0 }] },
      { total_chunk_count: 2 },
    ],
    ["rows but no chunks", {}, { total_chunk_count: 0 }],
    ["an odd number of chunks", {}, { total_chunk_count: -1 }],
    ["a header that is not a text", { external_links: [{ ...sound, http_headers: { a: {} } }] }],
    ["another format", { external_links: [sound] }, { format: "JSON_ARRAY" }],
  ])("the reply has %s", async (_what, given, more) => {
    const answer = await answerTo(given, more);
    expect([answer.status, errorOf(answer).error_code]).toEqual([502, "UPSTREAM_INVALID_RESPONSE"]);
  });

  test.each<[string, number, object?]>([
    ["fewer rows than it says", 4],
    ["a chunk without a beginning", 1, { status: 200, body: "not Arrow at all" }],
  ])("the storage has %s", async (_what, row_count, fault) => {
    const statement_id = await succeeded({ sql: "SELECT 1 AS a" });
    const { path } = await linkOf(statement_id);
    if (fault !== undefined) workspace.addFault({ ...links, ...fault });
    const link = { ...sound, row_count, external_link: `${workspace.url}${path}` };
    const { text } = await answerTo({ external_links: [link] }, {}, { format: "ndjson" });
    expect(JSON.parse(text.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      status: 502,
      error_code: "UPSTREAM_INVALID_RESPONSE",
    });
  });

  test.each<[string, object]>([
    ["numbers as texts", { row_count: "1", row_offset: "0" }],
    ["fewer rows than the storage has", { row_count: 1 }],
  ])("but one with %s is read", async (_what, more) => {
    const statement_id = await succeeded({ sql: "SELECT id FROM range(0, 2)" });
    const { path } = await linkOf(statement_id);
    const answer = await answerTo({
      external_links: [{ ...sound, external_link: `${workspace.url}${path}`, ...more }],
    });
    expect(answer.body).toMatchObject({ rows: [[0]], row_count: 1, row_offset: 0 });
  });
});

/** The request for the statement's first chunk. */
async function linkOf(statement_id: string): Promise<{ path: string }> {
  workspace.clearRequests();
  await result(statement_id);
  const [download] = downloads();
  if (download === undefined) throw new Error("nothing was downloaded");
  return download;
}
