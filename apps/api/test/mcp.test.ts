import { endless } from "@front-door/local-workspace/test/endless-statement";
import type { Client } from "@modelcontextprotocol/client";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callTool, connectMcp, revisions, toolNames } from "./mcp-client.ts";
import { type Stack, startStack, tokens, volume } from "./start-stack.ts";

const alice = { headers: { authorization: `Bearer ${tokens.alice}` } };
const bob = { headers: { authorization: `Bearer ${tokens.bob}` } };

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  const sql = "CREATE TABLE main.default.rides AS SELECT id, CAST(id AS DOUBLE) / 2 AS fare FROM range(0, 5)";
  await stack.call("POST", "/api/query", { json: { sql } });
});
afterAll(() => stack.close());

const cancels = () => stack.workspace.requests().filter(({ path }) => path.endsWith("/cancel")).length;

describe.each(revisions)("with the official client of revision %s, /mcp", (revision) => {
  let client: Client;
  beforeAll(async () => {
    client = await connectMcp(stack.url, revision, alice);
  });
  afterAll(() => client.close());
  beforeEach(() => stack.workspace.clearRequests());

  it("runs each caller's tools as that caller", async () => {
    const other = await connectMcp(stack.url, revision, bob);
    const [mine, theirs] = await Promise.all([callTool(client, "me"), callTool(other, "me")]);
    expect([mine.structured.user_name, theirs.structured.user_name]).toEqual([
      "alice@example.com",
      "bob@example.com",
    ]);
    await other.close();
  });

  it("query returns columns and rows, with values beside the statement", async () => {
    const { structured, isError } = await callTool(client, "query", {
      sql: "SELECT id, id * :factor AS product FROM range(0, 3)",
      params: { factor: 3 },
    });
    expect(isError).toBe(false);
    expect(structured).toMatchObject({
      state: "SUCCEEDED",
      columns: [{ name: "id", type: "BIGINT" }, { name: "product" }],
      rows: [
        [0, 0],
        [1, 3],
        [2, 6],
      ],
      row_count: 3,
    });
  });

  it("query cuts a large result to fewer than 25,000 tokens, goes on from next_row, and links the whole", async () => {
    const sql = "SELECT id, repeat('§€{\"\u2028', 20) AS t FROM range(0, 3000)";
    const first = await callTool(client, "query", { sql, max_rows: 10_000 });
    expect(countTokens(first.text)).toBeLessThan(25_000);
    const { statement_id, next_row } = first.structured;
    expect(first.structured.rows).toHaveLength(next_row);
    const second = await callTool(client, "query", { statement_id, from_row: next_row, max_rows: 2 });
    expect(second.structured.rows.map(([id]: number[]) => id)).toEqual([next_row, next_row + 1]);
    const [uri = ""] = first.links;
    const whole = await client.readResource({ uri });
    const { text } = whole.contents[0] as { text: string };
    const lines = text.trim().split("\n");
    expect(lines).toHaveLength(3002);
  });

  it("query says that a row is too large, and what to do", async () => {
    const { isError, text } = await callTool(client, "query", { sql: "SELECT repeat('x', 100000)" });
    expect(isError).toBe(true);
    expect(text).toContain("substr()");
  });

  it("a failed statement is a result that says what to do, and no structured content", async () => {
    const { isError, text, structured } = await callTool(client, "query", {
      sql: "SELECT * FROM no_such_table",
    });
    expect(isError).toBe(true);
    expect(text).toMatch(/STATEMENT_FAILED; TABLE_OR_VIEW_NOT_FOUND[\s\S]*describe_table[\s\S]*Request id: /);
    expect(structured).toBeUndefined();
  });

  it("bad arguments are a result that names them", async () => {
    const { isError, text } = await callTool(client, "list_schemas", { catlog: "main" });
    expect(isError).toBe(true);
    expect(text).toMatch(/catlog: unknown parameter.*catalog/);
  });

  it("describe_table has columns, sample rows and statistics", async () => {
    const { structured } = await callTool(client, "describe_table", {
      table: "main.`default`.rides",
      statistics: true,
    });
    expect(structured.notes).toBeUndefined();
    expect(structured.table.columns).toMatchObject([{ name: "id" }, { name: "fare", type_text: "DOUBLE" }]);
    expect(structured.sample.rows).toHaveLength(3);
    expect(structured.statistics).toMatchObject({
      row_count: 5,
      columns: [
        { name: "id", nulls: 0, distinct_values: 5, minimum: "0", maximum: "4" },
        { name: "fare", minimum: "0.0", maximum: "2.0" },
      ],
    });
  });

  it("search_catalog finds a table by its name", async () => {
    await callTool(client, "query", {
      sql: "CREATE TABLE IF NOT EXISTS main.default.parcels (weight_kg DOUBLE)",
    });
    const found = await callTool(client, "search_catalog", { query: "PARCEL", catalog: "main" });
    expect(found.structured.results).toEqual([
      { securable_type: "table", full_name: "main.default.parcels", table_type: "MANAGED" },
    ]);
  });

  it("write_file stores text, and replaces a file only when told to; read_file reads it in parts", async () => {
    const path = `${volume}/note-${revision}.txt`;
    const text = "é".repeat(10);
    const written = await callTool(client, "write_file", { path, text });
    expect(written.structured).toEqual({ path, file_size: 20, created: true });
    const again = await callTool(client, "write_file", { path, text });
    expect([again.isError, again.text]).toEqual([true, expect.stringContaining("overwrite: true")]);
    const part = await callTool(client, "read_file", { path, length: 5 });
    expect(part.structured).toEqual({ path, offset: 0, text: "éé", file_size: 20, next_offset: 4 });
    const rest = await callTool(client, "read_file", { path, offset: 4 });
    expect(rest.structured).toEqual({ path, offset: 4, text: "é".repeat(8), file_size: 20 });
    const bytes = Buffer.from([0xff, 0, 0xfe]);
    await callTool(client, "write_file", { path, base64: bytes.toString("base64"), overwrite: true });
    const read = await callTool(client, "read_file", { path });
    expect(read.structured.base64).toBe(bytes.toString("base64"));
    await callTool(client, "write_file", { path, text: "", overwrite: true });
    expect((await callTool(client, "read_file", { path })).structured).toMatchObject({
      text: "",
      file_size: 0,
    });
  });

  it("cancelling a call cancels its statement at Databricks", async () => {
    const controller = new AbortController();
    const call = callTool(
      client,
      "query",
      { sql: endless },
      { signal: controller.signal, onprogress: () => controller.abort() },
    );
    await expect(call).rejects.toThrow(/abort/i);
    await expect.poll(cancels).toBe(1);
  });

  it("has resources: catalogs, tables, the schema of a table, and files", async () => {
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain("databricks://catalogs/samples");
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.length).toBeGreaterThan(4);
    const read = async (uri: string) =>
      String(((await client.readResource({ uri })).contents[0] as { text?: string }).text);
    expect(await read("databricks://catalogs/samples")).toContain("nyctaxi");
    expect(await read("databricks://schemas/samples/nyctaxi")).toContain("trips");
    expect(await read("databricks://tables/samples/nyctaxi/trips")).toContain('"fare_amount"');
    expect(await read("databricks://tables/samples/nyctaxi/trips/schema")).toContain("fare_amount DOUBLE");
    expect(await read(`databricks://files${volume}/README.txt`)).toContain("volume");
    await expect(read("databricks://files/etc/passwd")).rejects.toThrow(/Volumes/);
    await expect(read("databricks://tables/samples/nyctaxi/none")).rejects.toThrow(/TABLE_DOES_NOT_EXIST/);
    await expect(read("databricks://nothing")).rejects.toThrow(/no resource/);
  });

  it("has prompts with arguments", async () => {
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["explore_schema", "write_query", "explain_job_failure"]);
    const { messages } = await client.getPrompt({
      name: "explore_schema",
      arguments: { schema: "main.sales" },
    });
    expect(JSON.stringify(messages)).toContain("Explore the schema main.sales");
    await expect(client.getPrompt({ name: "explore_schema", arguments: {} })).rejects.toThrow(/schema/);
  });

  it("a deletion needs confirm: true from an agent whose client cannot ask a person", async () => {
    const files = await connectMcp(stack.url, revision, { ...alice, query: "?toolsets=files" });
    const path = `${volume}/deleted-${revision}.txt`;
    await callTool(files, "write_file", { path, text: "x" });
    const refused = await callTool(files, "delete_file", { path });
    expect([refused.isError, refused.text]).toEqual([
      true,
      expect.stringMatching(/confirm: must be true[\s\S]*Ask/),
    ]);
    expect((await callTool(files, "read_file", { path })).isError).toBe(false);
    expect((await callTool(files, "delete_file", { path, confirm: true })).isError).toBe(false);
    expect((await callTool(files, "read_file", { path })).isError).toBe(true);
    const drop = await callTool(client, "query", { sql: "DROP TABLE IF EXISTS main.default.none" });
    expect(drop.text).toContain("confirm");
    await files.close();
  });

  it("an unknown tool is an error of the protocol", async () => {
    await expect(callTool(client, "no_such_tool")).rejects.toThrow(/no tool "no_such_tool"/);
  });
});

it("runs every tool that only lists with no arguments, and its result fits its own schema", async () => {
  const all = await connectMcp(stack.url, "2026-07-28", { ...alice, query: "?toolsets=all" });
  const { tools } = await all.listTools();
  const free = tools.filter(
    ({ annotations, inputSchema }) => annotations?.readOnlyHint && !inputSchema.required?.length,
  );
  expect(free.map(({ name }) => name)).toContain("list_catalogs");
  // The client validates each result against the tool's output schema, and throws if it does not fit.
  for (const { name } of free) {
    const { isError, text } = await callTool(all, name);
    expect([name, isError, isError ? text : ""]).toEqual([name, false, ""]);
  }
  await all.close();
});

it.each(revisions)(
  "query of a long statement returns its id in time, and waits on with it (%s)",
  async (revision) => {
    const impatient = await startStack({ toolWaitMsMax: 100 });
    const client = await connectMcp(impatient.url, revision, { ...alice, query: "?toolsets=sql" });
    const messages: string[] = [];
    const started = await callTool(
      client,
      "query",
      { sql: endless },
      { onprogress: ({ message }) => void messages.push(String(message)) },
    );
    expect(started.structured).toMatchObject({ note: expect.stringContaining("statement_id") });
    expect(messages.length).toBeGreaterThan(0);
    const { statement_id } = started.structured;
    const again = await callTool(client, "query", { statement_id });
    expect(again.structured).toMatchObject({ statement_id, note: expect.any(String) });
    await callTool(client, "cancel_statement", { statement_id });
    await expect
      .poll(async () => (await callTool(client, "query", { statement_id })).text)
      .toContain("The statement was cancelled");
    await client.close();
    await impatient.close();
  },
);

describe("a deletion by an agent whose client can ask a person", () => {
  it.each([
    ["agrees", { action: "accept", content: { confirm: true } }, false],
    ["says no", { action: "accept", content: { confirm: false } }, true],
    ["declines", { action: "decline" }, true],
  ] as const)("happens only if the person agrees (%s)", async (_, answer, kept) => {
    const client = await connectMcp(stack.url, "2026-07-28", {
      ...alice,
      query: "?toolsets=files",
      capabilities: { elicitation: { form: {} } },
    });
    const questions: string[] = [];
    client.setRequestHandler("elicitation/create", ({ params }) => {
      questions.push(params.message);
      return { ...answer };
    });
    const path = `${volume}/asked.txt`;
    await callTool(client, "write_file", { path, text: "x", overwrite: true });
    // The word of the agent does not count where a person can be asked.
    await callTool(client, "delete_file", { path, confirm: true });
    expect(questions).toEqual([`Delete the file ${path} for good?`]);
    expect((await callTool(client, "read_file", { path })).isError).toBe(!kept);
    await client.close();
  });
});

describe("the list of tools", () => {
  it("has at most 6,000 tokens where an agent asks for no toolsets, and names no tool twice", async () => {
    const client = await connectMcp(stack.url, "2026-07-28", alice);
    const { tools } = await client.listTools();
    const count = countTokens(JSON.stringify(tools));
    expect(count).toBeLessThan(6_000);
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
    await client.close();
  });

  it("has the tools of the toolsets alone, and refuses an unknown toolset with their names", async () => {
    const client = await connectMcp(stack.url, "2026-07-28", { ...alice, query: "?toolsets=files,sql" });
    const names = await toolNames(client);
    expect(names).toEqual(expect.arrayContaining(["query", "read_file", "delete_file", "list_warehouses"]));
    expect(names).not.toContain("list_catalogs");
    await client.close();
    const { status, json } = await stack.call("POST", "/mcp?toolsets=sq", { json: {} });
    expect([status, json.error]).toEqual([
      400,
      expect.stringMatching(/no toolset "sq".*default, all, .*sql/),
    ]);
  });

  it("has object schemas without references, which every model's API takes", async () => {
    const client = await connectMcp(stack.url, "2026-07-28", { ...alice, query: "?toolsets=all" });
    const { tools } = await client.listTools();
    for (const { name, inputSchema, outputSchema } of tools) {
      for (const schema of [inputSchema, outputSchema]) {
        expect([name, schema?.type]).toEqual([name, "object"]);
        expect([name, Object.keys(schema ?? {}).filter((key) => /Of$|^\$/.test(key))]).toEqual([name, []]);
        expect(JSON.stringify(schema)).not.toContain('"$ref"');
      }
    }
    await client.close();
  });
});
