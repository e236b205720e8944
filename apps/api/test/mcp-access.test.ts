import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endless } from "@front-door/local-workspace/test/endless-statement";
import { startIdentityProvider } from "@front-door/local-workspace/test/identity-provider";
import { type OperationDefinition, operations } from "@front-door/operations";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { callTool, connectMcp, resultIn, revisions, toolCall, toolNames } from "./mcp-client.ts";
import { type Stack, type StackOptions, startStack, tokens, volume } from "./start-stack.ts";

const definitions = Object.values<OperationDefinition>(operations);
const ping = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const accept = { accept: "application/json, text/event-stream" };

const keyOf = (name: string) => `fdk_${name.padEnd(43, "x")}`;
/** With the key of this name. */
const as = (name: string) => ({ headers: { "x-api-key": keyOf(name) }, query: "?toolsets=all" });

let stack: Stack;
const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

const post = (json: unknown, headers: Record<string, string> = {}) =>
  stack.call("POST", "/mcp", { json, headers: { ...accept, ...headers } });
const polls = () => stack.workspace.requests().filter(({ method }) => method === "GET").length;
const cancels = () => stack.workspace.requests().filter(({ path }) => path.endsWith("/cancel")).length;

function withStack(options: StackOptions) {
  beforeAll(async () => {
    stack = await startStack({}, options);
  });
  afterAll(() => stack.close());
}

async function connect(
  ...args: Parameters<typeof connectMcp> extends [string, ...infer Rest] ? Rest : never
) {
  const client = await connectMcp(stack.url, ...args);
  clients.push(client);
  return client;
}

/** Arguments that each tool's schema accepts, from the example of its operation. */
function exampleOf(name: string): Record<string, unknown> {
  return { ...definitions.find((each) => each.name === name)?.examples[0]?.params };
}

async function askToDelete(key: string, more: object) {
  const { json, headers } = toolCall("delete_file", { path: `${volume}/asked.txt` }, more);
  return resultIn(await stack.call("POST", "/mcp", { json, headers: { ...headers, ...as(key).headers } }));
}

describe("with READ_ONLY, of an agent that asks for all toolsets,", () => {
  withStack({ gatewaySettings: { READ_ONLY: "true" } });
  const changing = definitions.filter(
    ({ kind, route, transfer }) => kind !== "query" && route && transfer === "json",
  );

  it.each(revisions)("no listed tool changes anything (%s)", async (revision) => {
    const client = await connect(revision, { query: "?toolsets=all" });
    const { tools } = await client.listTools();
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["query", "list_tables", "read_file"]));
    expect(names.filter((name) => changing.some((each) => each.name === name))).toEqual([]);
    expect(names).not.toContain("write_file");
  });

  it.each(revisions)(
    "every tool that changes something is refused when called all the same (%s)",
    async (revision) => {
      const client = await connect(revision);
      stack.workspace.clearRequests();
      const calls = [
        ...changing.map(({ name }) => [name, exampleOf(name)] as const),
        ["write_file", { path: `${volume}/a.txt`, text: "x" }] as const,
        ["query", { sql: "CREATE TABLE main.default.written (id INT)" }] as const,
      ];
      expect(calls.length).toBeGreaterThan(10);
      for (const [name, args] of calls) {
        const { isError, text } = await callTool(client, name, args);
        expect([name, isError, text]).toEqual([name, true, expect.stringContaining("OPERATION_NOT_ALLOWED")]);
      }
      expect(stack.workspace.requests()).toEqual([]);
    },
  );

  it("query reads", async () => {
    const { structured } = await callTool(await connect("2026-07-28"), "query", { sql: "SELECT 1" });
    expect(structured.rows).toEqual([[1]]);
  });
});

describe("with API keys,", () => {
  const file = join(mkdtempSync(join(tmpdir(), "mcp-keys-")), "keys.jsonl");
  const keys = { all: ["*"], lister: ["list_catalogs", "get_table"], writer: ["write"], searcher: ["read"] };
  const lines = Object.entries(keys).map(([name, words]) =>
    JSON.stringify({ name, sha256: hashApiKey(keyOf(name)), operations: words }),
  );
  writeFileSync(file, lines.join("\n"));
  withStack({ settings: { API_AUTH: "api-key", API_KEYS_FILE: file } });

  it.each(revisions)("lists and runs for each key what it allows (%s)", async (revision) => {
    const client = await connect(revision, as("lister"));
    expect(await toolNames(client)).toEqual(["describe_table", "get_table", "list_catalogs"]);
    expect((await callTool(client, "list_catalogs")).isError).toBe(false);
    const refused = await callTool(client, "list_schemas", { catalog: "main" });
    expect(refused.text).toMatch(/list_schemas, which you may not run.*OPERATION_NOT_ALLOWED/);
    const names = await toolNames(await connect(revision, as("all")));
    expect(names).toEqual(expect.arrayContaining(["write_file", "delete_volume", "query"]));
  });

  it("a reranker needs the right to ask models, at the route and in the tool", async () => {
    const args = { catalog: "samples", schema: "tpch", name: "nation_index", columns: ["n_name"] };
    const query = { columns: ["n_name"], query_text: "x", reranker: { model: "databricks_reranker" } };
    const path = "/api/vector-search/indexes/samples/tpch/nation_index/query";
    const { status, json } = await stack.call("POST", path, { json: query, ...as("searcher") });
    const words = "Without the right to query_serving_endpoint, leave reranker out";
    expect([status, json.error_code, json.error]).toEqual([
      403,
      "OPERATION_NOT_ALLOWED",
      expect.stringContaining(words),
    ]);
    const client = await connect("2026-07-28", as("searcher"));
    const refused = await callTool(client, "query_vector_search_index", { ...args, ...query });
    expect(refused.text).toContain(words);
    expect((await stack.call("POST", path, { json: query, ...as("all") })).status).toBe(200);
  });

  it("a person's answer counts only for the caller who asked", async () => {
    const { requestState } = await askToDelete("all", {});
    const inputResponses = { confirm: { action: "accept", content: { confirm: true } } };
    const answered = { inputResponses, requestState };
    expect((await askToDelete("writer", answered)).resultType).toBe("input_required");
    expect((await askToDelete("all", answered)).resultType).toBe("complete");
  });

  it("a composed tool and a resource run no operation that the key does not allow", async () => {
    const client = await connect("2026-07-28", as("lister"));
    const table = "samples.nyctaxi.trips";
    const { structured } = await callTool(client, "describe_table", { table, statistics: true });
    expect(structured.notes).toEqual([
      expect.stringMatching(/preview_table.*OPERATION_NOT_ALLOWED/),
      expect.stringMatching(/submit_statement.*OPERATION_NOT_ALLOWED/),
    ]);
    const read = client.readResource({ uri: `databricks://files${volume}/README.txt` });
    await expect(read).rejects.toThrow(/OPERATION_NOT_ALLOWED/);
    expect((await client.listResourceTemplates()).resourceTemplates.map(({ name }) => name)).toEqual([
      "Table",
      "Schema of a table",
    ]);
  });

  it("refuses a request without a key with 401, an audit line names the key, and the log the tool", async () => {
    const { status, headers } = await stack.call("POST", "/mcp", { json: ping, headers: accept });
    expect([status, headers["www-authenticate"]]).toEqual([401, expect.stringContaining("ApiKey")]);
    expect((await stack.call("GET", "/.well-known/oauth-protected-resource")).status).toBe(404);
    stack.audit.length = 0;
    await callTool(await connect("2025-11-25", as("all")), "list_catalogs");
    expect(stack.audit).toMatchObject([
      { operation: "list_catalogs", caller: "all", caller_mode: "api-key" },
    ]);
    await expect.poll(() => stack.log.api.map(({ op }) => op)).toContain("mcp list_catalogs");
  });
});

describe("over HTTP, /mcp", () => {
  withStack({ settings: { API_AUTH: "none" } });

  it("supports POST alone", async () => {
    for (const method of ["GET", "DELETE", "PUT"]) {
      const { status, headers } = await stack.call(method, "/mcp");
      expect([method, status, headers["allow"]]).toEqual([method, 405, "OPTIONS, POST"]);
    }
  });

  it.each([
    ["another origin", { origin: "https://evil.example" }, 403, "ORIGIN_NOT_ALLOWED"],
    ["no origin of its own", { origin: "null" }, 403, "ORIGIN_NOT_ALLOWED"],
    ["another host", { host: "evil.example" }, 403, "HOST_NOT_ALLOWED"],
    ["a form", { "content-type": "text/plain" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
  ])("refuses a request with %s", async (_, headers, status, code) => {
    const answer = await post(ping, headers);
    expect([answer.status, answer.json.error_code]).toEqual([status, code]);
  });

  it("refuses a message that is too large, too deep, or no JSON with the error envelope", async () => {
    const large = await post({ ...ping, params: { text: "x".repeat(1024 * 1024) } });
    expect([large.status, large.json.error_code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    for (const body of ["[".repeat(100), "{"]) {
      const headers = { ...accept, "content-type": "application/json" };
      const { status, json } = await stack.call("POST", "/mcp", { body, headers });
      expect([status, json.error_code]).toEqual([400, "MALFORMED_REQUEST"]);
    }
  });

  it("answers each message on its own, so that any replica can", async () => {
    const { status, text, headers } = await post(ping, { "mcp-session-id": "of another replica" });
    expect([status, text]).toEqual([200, expect.stringContaining('"name":"query"')]);
    expect(headers["x-request-id"]).toBeDefined();
  });

  it("cancels a call at the request of the same connection alone, in the older revision", async () => {
    const params = { name: "query", arguments: { sql: endless } };
    const call = { jsonrpc: "2.0", id: 7, method: "tools/call", params };
    const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } };
    const running = post(call, { "mcp-session-id": "a" });
    await expect.poll(polls).toBeGreaterThan(0);
    expect((await post(cancel, { "mcp-session-id": "b" })).status).toBe(202);
    const before = polls();
    // To cancel a statement, the gateway looks at it once.
    await expect.poll(polls, { timeout: 20_000 }).toBeGreaterThan(before + 2);
    expect(cancels()).toBe(0);
    await post(cancel, { "mcp-session-id": "a" });
    expect((await running).text).toContain("The call was cancelled. So was what it ran.");
    expect(cancels()).toBe(1);
  });
});

describe("with MCP=off", () => {
  withStack({ settings: { MCP: "off" } });
  it("there is no /mcp", async () => {
    expect((await stack.call("POST", "/mcp", { json: ping })).status).toBe(404);
  });
});

describe("the metadata of the protected resource", () => {
  const path = "/.well-known/oauth-protected-resource";

  it("names the provider of OIDC, and a 401 of /mcp leads there", async () => {
    const provider = await startIdentityProvider();
    const settings = {
      API_AUTH: "oidc,api-key",
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: "x",
      API_KEYS_FILE: "",
    };
    const keys = join(mkdtempSync(join(tmpdir(), "mcp-keys-")), "keys.jsonl");
    writeFileSync(keys, "");
    stack = await startStack({}, { settings: { ...settings, API_KEYS_FILE: keys } });
    for (const each of [path, `${path}/mcp`]) {
      expect((await stack.call("GET", each)).json).toMatchObject({
        resource: `${stack.url}/mcp`,
        authorization_servers: [provider.issuer],
        bearer_methods_supported: ["header"],
      });
    }
    const { status, headers } = await stack.call("POST", "/mcp", { json: ping });
    expect([status, headers["www-authenticate"]]).toEqual([
      401,
      `Bearer realm="Databricks Front Door", resource_metadata="${stack.url}${path}/mcp", ApiKey realm="Databricks Front Door", header="X-Api-Key"`,
    ]);
    // Of other routes nothing changes.
    const other = await stack.call("GET", "/api/me");
    expect(other.headers["www-authenticate"]).not.toContain("resource_metadata");
    await stack.close();
    provider.stop();
  });

  it("an agent beside people who sign in with Databricks uses a key, and runs as whose token it brings", async () => {
    const keys = join(mkdtempSync(join(tmpdir(), "mcp-keys-")), "keys.jsonl");
    writeFileSync(
      keys,
      JSON.stringify({ name: "agent", sha256: hashApiKey(keyOf("agent")), operations: ["*"] }),
    );
    const settings = {
      API_AUTH: "databricks,api-key",
      API_KEYS_FILE: keys,
      PUBLIC_URL: "http://127.0.0.1",
    };
    stack = await startStack({}, { settings });
    const authorization = `Bearer ${tokens.bob}`;
    const client = await connect("2026-07-28", { headers: { ...as("agent").headers, authorization } });
    expect((await callTool(client, "me")).structured.user_name).toBe("bob@example.com");
    expect(
      (await stack.call("POST", "/mcp", { json: ping, headers: { ...accept, authorization } })).status,
    ).toBe(401);
    await stack.close();
  });

  it("says where people sign in with Databricks that no bearer token is read", async () => {
    stack = await startStack(
      {},
      { settings: { API_AUTH: "databricks", PUBLIC_URL: "https://data.example.com" } },
    );
    expect((await stack.call("GET", path, { headers: { host: "data.example.com" } })).json).toEqual({
      resource: "https://data.example.com/mcp",
      resource_name: "Databricks Front Door",
      bearer_methods_supported: [],
    });
    await stack.close();
  });
});
