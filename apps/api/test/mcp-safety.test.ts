import { endless } from "@front-door/local-workspace/test/endless-statement";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callTool, connectMcp, resultIn, revisions, toolCall } from "./mcp-client.ts";
import { type Stack, startStack, tokens, volume } from "./start-stack.ts";

const alice = { authorization: `Bearer ${tokens.alice}` };
const accept = { accept: "application/json, text/event-stream" };
const calling = (id: number, name: string, args: object = {}) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: args },
});

let stack: Stack;
let client: Client;
beforeAll(async () => {
  stack = await startStack();
  client = await connectMcp(stack.url, "2025-11-25", { headers: alice, query: "?toolsets=all" });
});
afterAll(async () => {
  await client.close();
  await stack.close();
});
afterEach(() => {
  stack.workspace.clearFaults();
  stack.workspace.clearRequests();
});

const post = (json: unknown, headers: Record<string, string> = alice) =>
  stack.call("POST", "/mcp", { json, headers: { ...accept, ...headers } });
const sent = (method: string, end: RegExp) =>
  stack.workspace.requests().filter((each) => each.method === method && end.test(each.path)).length;

const cancels = () => sent("POST", /\/cancel$/);

/** Calls a tool as a client does that asks a person. */
async function ask(name: string, args: object, more: object = {}) {
  const { json, headers } = toolCall(name, args, more);
  return resultIn(await stack.call("POST", "/mcp?toolsets=all", { json, headers: { ...headers, ...alice } }));
}

const exists = async (path: string) => !(await callTool(client, "read_file", { path })).isError;

/** The newer form of how a run has ended. */
const endedStatus = (code: string, message: string) => ({
  state: "TERMINATED",
  termination_details: { code, type: "CLOUD_FAILURE", message },
});

it("refuses a batch, which would be many calls and count as one request", async () => {
  const batch = Array.from({ length: 50 }, (_, id) => calling(id, "me"));
  const { status, json } = await post(batch);
  expect([status, json.error_code]).toEqual([400, "MALFORMED_REQUEST"]);
  expect(stack.workspace.requests()).toEqual([]);
});

it("a cancellation without the name of a connection cancels nobody's call", async () => {
  const running = post(calling(1, "query", { sql: endless }));
  const polls = () => sent("GET", /statements/);
  await expect.poll(polls).toBeGreaterThan(0);
  // Another agent behind the same address, who signs in as another user.
  const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } };
  await post(cancel, { authorization: `Bearer ${tokens.bob}` });
  const before = polls();
  await expect.poll(polls, { timeout: 20_000 }).toBeGreaterThan(before + 2);
  expect(sent("POST", /\/cancel$/)).toBe(0);
  const listed = async () => (await callTool(client, "list_statements")).structured.statements;
  await expect.poll(listed, { timeout: 20_000 }).not.toEqual([]);
  await callTool(client, "cancel_statement", { statement_id: (await listed())[0].statement_id });
  expect((await running).text).toContain("cancelled");
}, 60_000);

describe.each(revisions)("a call cancels what it has started, and not what it waits for (%s)", (revision) => {
  /** Calls the tool, and gives up once it waits. */
  async function giveUp(tool: string, args: Record<string, unknown>): Promise<void> {
    const other = await connectMcp(stack.url, revision, { headers: alice });
    const controller = new AbortController();
    const waiting = callTool(other, tool, args, {
      signal: controller.signal,
      onprogress: () => controller.abort(),
    });
    await expect(waiting).rejects.toThrow(/abort/i);
    await other.close();
  }

  it("a statement", async () => {
    const { structured } = await callTool(client, "submit_statement", { sql: endless });
    const { statement_id } = structured;
    await giveUp("query", { statement_id });
    await giveUp("query", { sql: endless });
    await expect.poll(cancels, { timeout: 20_000 }).toBe(1);
    expect((await callTool(client, "get_statement", { statement_id })).structured.state).toMatch(
      /^(PENDING|RUNNING)$/,
    );
    await callTool(client, "cancel_statement", { statement_id });
  });

  it("a run", async () => {
    const { structured } = await callTool(client, "list_jobs");
    const { job_id } = structured.jobs[0];
    const { run_id } = (await callTool(client, "run_job", { job_id })).structured;
    // However fast the runs are.
    stack.workspace.addFault({
      method: "GET",
      path: "/api/2.2/jobs/runs/get",
      status: 200,
      body: { run_id: Number(run_id), status: { state: "RUNNING" } },
    });
    await giveUp("run_job_and_wait", { run_id });
    expect(cancels()).toBe(0);
    await giveUp("run_job_and_wait", { job_id });
    await expect.poll(cancels, { timeout: 20_000 }).toBe(1);
  });
});

describe("what has begun is not begun again: a failure names its id", () => {
  it("of a run", async () => {
    const { structured } = await callTool(client, "list_jobs");
    stack.workspace.addFault({
      method: "GET",
      path: "/api/2.2/jobs/runs/get",
      status: 429,
      headers: { "retry-after": "1" },
      body: { error_code: "REQUEST_LIMIT_EXCEEDED", message: "Too many requests." },
    });
    const { isError, text } = await callTool(client, "run_job_and_wait", {
      job_id: structured.jobs[0].job_id,
    });
    expect([isError, text]).toEqual([
      true,
      expect.stringMatching(/Call again with run_id \d+, without job_id/),
    ]);
    expect(text).not.toMatch(/Call again in/);
    stack.workspace.clearFaults();
    const run_id = /run_id (\d+)/.exec(text)?.[1];
    expect((await callTool(client, "run_job_and_wait", { run_id })).structured).toMatchObject({ run_id });
    expect(sent("POST", /run-now$/)).toBe(1);
  });

  it("of a statement, also when its rows do not come", async () => {
    stack.workspace.addFault({
      method: "GET",
      path: "/api/2.0/sql/statements/*",
      status: 503,
      body: { error_code: "TEMPORARILY_UNAVAILABLE", message: "Later." },
    });
    const { isError, text } = await callTool(client, "query", { sql: endless });
    expect([isError, text]).toEqual([
      true,
      expect.stringMatching(/Call again with statement_id \S+, without sql/),
    ]);
    expect(text).not.toMatch(/Call again in/);
  });

  it("of a question to Genie", async () => {
    const { structured } = await callTool(client, "list_genie_spaces");
    const { space_id } = structured.spaces[0];
    stack.workspace.addFault({
      method: "GET",
      path: "/api/2.0/genie/spaces/*",
      status: 503,
      body: { error_code: "TEMPORARILY_UNAVAILABLE", message: "Later." },
    });
    const { text } = await callTool(client, "ask_genie", { space_id, question: "How many trips are there?" });
    expect(text).toMatch(/Call again with conversation_id \S+ and message_id \S+, without question/);
  });
});

it("run_job_and_wait says how a run has ended that Databricks describes in the newer form alone", async () => {
  const task = { run_id: 8, task_key: "one", status: endedStatus("CLUSTER_ERROR", "No machine was free.") };
  const body = { run_id: 7, status: endedStatus("RUN_EXECUTION_ERROR", "A task failed."), tasks: [task] };
  stack.workspace.addFault({ method: "GET", path: "/api/2.2/jobs/runs/get", status: 200, body });
  const { structured } = await callTool(client, "run_job_and_wait", { run_id: "7" });
  expect(structured).toEqual({
    run_id: "7",
    state: "TERMINATED",
    result: "RUN_EXECUTION_ERROR",
    message: "A task failed.",
    tasks: [{ task_key: "one", run_id: "8", result: "CLUSTER_ERROR", message: "No machine was free." }],
    note: "get_run_output of 8 (toolset jobs) has the error.",
  });
});

it("a tool that can replace a file says that it may destroy something", async () => {
  const { tools } = await client.listTools();
  const replacing = tools.filter(({ inputSchema }) => "overwrite" in (inputSchema.properties ?? {}));
  expect(replacing.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["copy_file", "import_workspace_object", "move_file", "write_file"]),
  );
  expect(replacing.filter(({ annotations }) => annotations?.destructiveHint !== true)).toEqual([]);
});

describe("before a deletion", () => {
  it.each(["query", "submit_statement"])("%s asks for confirm", async (tool) => {
    for (const sql of [
      "DROP TABLE IF EXISTS main.default.none",
      "REMOVE '/Volumes/main/default/files/none.txt'",
      "EXECUTE IMMEDIATE 'DROP TABLE IF EXISTS main.default.none'",
      "BEGIN DROP TABLE IF EXISTS main.default.none; END",
    ]) {
      const { isError, text } = await callTool(client, tool, { sql });
      expect([sql, isError, text]).toEqual([sql, true, expect.stringContaining("confirm: must be true")]);
    }
    expect(sent("POST", /statements/)).toBe(0);
  });

  it("a person's answer counts only for the tool and the arguments of its question", async () => {
    const path = `${volume}/bound.txt`;
    const other = `${volume}/other.txt`;
    for (const each of [path, other]) await callTool(client, "write_file", { path: each, text: "x" });
    const { resultType, requestState } = await ask("delete_file", { path });
    expect([resultType, requestState]).toEqual(["input_required", expect.any(String)]);
    const inputResponses = { confirm: { action: "accept", content: { confirm: true } } };
    const answered = { inputResponses, requestState };
    const forged = `${requestState.slice(0, -4)}AAAA`;
    for (const [name, args, more] of [
      ["delete_file", { path: other }, answered],
      ["delete_directory", { path }, answered],
      ["query", { sql: `REMOVE '${path}'` }, answered],
      ["delete_file", { path }, { inputResponses }],
      ["delete_file", { path }, { inputResponses, requestState: forged }],
    ] as const) {
      expect([name, args, (await ask(name, args, more)).resultType]).toEqual([name, args, "input_required"]);
    }
    expect((await ask("delete_file", { path }, answered)).resultType).toBe("complete");
    expect([await exists(path), await exists(other)]).toEqual([false, true]);
  });

  it("the question says that everything in it goes too", async () => {
    const { text } = await callTool(client, "delete_directory", {
      path: "/Volumes/main/default/files/none",
      recursive: true,
    });
    expect(text).toContain("Delete the directory /Volumes/main/default/files/none for good, recursive?");
  });
});
