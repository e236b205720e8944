import { callTool, connectMcp, revisions } from "@front-door/api/test/mcp-client";
import { at, endless, type Stack, startStack, tokens, volume } from "@front-door/api/test/start-stack";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { program, runFrontDoor } from "./run-front-door.ts";

const script = `${volume}/count.sql`;
const warehouseId = "a1b2c3d4e5f60718";

let stack: Stack;
let jobId: string;
beforeAll(async () => {
  stack = await startStack({}, { tls: true });
  const sql = "CREATE TABLE main.default.rides AS SELECT id FROM range(0, 5)";
  await stack.call("POST", "/api/query", { json: { sql } });
  const headers = { authorization: `Bearer ${tokens.alice}` };
  const task = {
    task_key: "count",
    sql_task: { warehouse_id: warehouseId, file: { path: script, source: "WORKSPACE" } },
  };
  await stack.call("PUT", at("/api/files", script), {
    headers,
    body: "SELECT count(*) FROM main.default.rides",
  });
  const created = await stack.call("POST", "/api/jobs", {
    headers,
    json: { name: "Count the rides", tasks: [task] },
  });
  jobId = created.json.job_id;
});
afterAll(() => stack.close());

interface Started {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** An agent on this machine: the official client, which starts `front-door mcp`. */
async function connectStdio(revision: (typeof revisions)[number], { env, args = [] }: Started = {}) {
  const mode = revision === "2026-07-28" ? { pin: revision } : "legacy";
  const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode } });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, "mcp", ...args],
    env: { PATH: process.env["PATH"] ?? "", FRONT_DOOR_URL: stack.url, FRONT_DOOR_TOKEN: tokens.bob, ...env },
    stderr: "ignore",
  });
  await client.connect(transport);
  return client;
}

describe.each(revisions)("front-door mcp, in revision %s,", (revision) => {
  it("serves the same tools as /mcp, and takes a toolset and a workspace", async () => {
    const overHttp = await connectMcp(stack.url, revision, { query: "?toolsets=files" });
    const overStdio = await connectStdio(revision, {
      args: ["--toolsets", "files", "--workspace", "default"],
    });
    expect(await overStdio.listTools()).toMatchObject({ tools: (await overHttp.listTools()).tools });
    await Promise.all([overHttp.close(), overStdio.close()]);
  });

  it("sends progress, and cancels a call's statement when the agent cancels the call", async () => {
    const client = await connectStdio(revision, { env: { FRONT_DOOR_TOKEN: tokens.alice } });
    stack.workspace.clearRequests();
    const controller = new AbortController();
    const onprogress = () => controller.abort();
    const call = callTool(client, "query", { sql: endless }, { signal: controller.signal, onprogress });
    await expect(call).rejects.toThrow(/abort/i);
    const cancels = () => stack.workspace.requests().filter(({ path }) => path.endsWith("/cancel")).length;
    await expect.poll(cancels).toBe(1);
    await client.close();
  });
});

// The client of the newer revision only says that it found no server.
const refusalOf = async (started: Started) =>
  connectStdio("2025-11-25", started).then(
    () => "connected",
    (error: unknown) => String(error),
  );

describe("front-door mcp", () => {
  it("answers what is under way when its input ends, with every character, and exits with 0", async () => {
    const params = { name: "query", arguments: { sql: "SELECT 'a\u2028b' AS t", max_rows: 1 } };
    const lines = ["no message", JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params })];
    const { code, stdout } = await runFrontDoor(["mcp"], {
      env: { FRONT_DOOR_URL: stack.url, FRONT_DOOR_TOKEN: tokens.alice },
      input: lines.join("\n"),
    });
    const replies = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(replies.find(({ id }) => id === 1)?.result.structuredContent.rows).toEqual([["a\u2028b"]]);
    expect(replies.find(({ id }) => id === null)?.error.code).toBe(-32_700);
  });

  it("says why the front door refuses it", async () => {
    expect(await refusalOf({ args: ["--toolsets", "sq"] })).toContain('no toolset "sq"');
  });

  it("says that the front door cannot be reached", async () => {
    const refusal = await refusalOf({ env: { FRONT_DOOR_URL: "http://127.0.0.1:1" } });
    expect(refusal).toMatch(/http:\/\/127\.0\.0\.1:1 cannot be reached/);
  });
});

describe("two agents at once, one over HTTP as alice and one over stdio as bob,", () => {
  it.each(revisions)("follow the same plan, and each sees its own (%s)", async (revision) => {
    const headers = { authorization: `Bearer ${tokens.alice}` };
    const agents = await Promise.all([connectMcp(stack.url, revision, { headers }), connectStdio(revision)]);
    const outcomes = await Promise.all(agents.map(async (agent) => followPlan(agent, revision)));
    expect(outcomes).toEqual([
      { user: "alice@example.com", rows: [[4]], stored: false, ran: "SUCCESS" },
      // Bob may read `main`, and may neither write there nor run the job.
      { user: "bob@example.com", rows: [[4]], stored: "PERMISSION_DENIED", ran: "refused" },
    ]);
    await Promise.all(agents.map(async (agent) => agent.close()));
  });
});

/** List, describe, query, write a file, run a job: what an agent does of its own accord. */
async function followPlan(agent: Client, revision: string) {
  const { structured: me } = await callTool(agent, "me");
  const { structured: found } = await callTool(agent, "search_catalog", { query: "rides", catalog: "main" });
  const table = found.results[0]?.full_name;
  const { structured: about } = await callTool(agent, "describe_table", { table });
  const [column] = about.table.columns;
  const { structured: result } = await callTool(agent, "query", {
    sql: `SELECT max(${column.name}) FROM ${table}`,
  });
  const path = `${volume}/of-${me.user_name}-${revision}.txt`;
  const written = await callTool(agent, "write_file", { path, text: JSON.stringify(result.rows) });
  return {
    user: me.user_name,
    rows: result.rows,
    ran: await outcomeOfJob(agent),
    stored: written.isError && /\(([A-Z_]+)\)/.exec(written.text)?.[1],
  };
}

/** How the job of the sample data ends for the agent. */
async function outcomeOfJob(agent: Client): Promise<string> {
  const { structured } = await callTool(agent, "run_job_and_wait", { job_id: jobId });
  return structured?.result ?? "refused";
}
