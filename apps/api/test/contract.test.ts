import { mkdtempSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definitionOf, type ErrorCode, errorTable } from "@front-door/operations";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { routes } from "../src/routes/routes.ts";
import type { Route } from "../src/routing/route.ts";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { appSettings } from "./browser-under-test.ts";
import { commonMistakes, hasJsonBody, isCall, signsIn } from "./common-mistakes.ts";
import { DocumentedReplies } from "./documented-replies.ts";
import { otherSuccesses, ownErrors, requestFor } from "./requests-of-routes.ts";
import type { RouteRequest } from "./route-request.ts";
import { type Send, sendRawTo, sendTo } from "./send-to-routes.ts";
import { type Answer, type Stack, startStack, tokens } from "./start-stack.ts";

// Every route is driven as the API document says, to every reply that the document names for it.

// The package's types are those of CommonJS.
// oxlint-disable-next-line typescript/consistent-type-imports
type Arrow = typeof import("apache-arrow", { with: { "resolution-mode": "require" }});
const arrow = createRequire(import.meta.url)("apache-arrow") as Arrow;

/** Errors that no test makes here, and why. */
const notDriven: Partial<Record<ErrorCode, string>> = {
  INTERNAL_ERROR: "a defect of this product: no request is known to cause one",
  INSUFFICIENT_STORAGE: "needs a full disk: setting-permission.test.ts has one where it may mount it",
};

const replies = new DocumentedReplies();
const main = () => stack;
const hasBody = ({ jsonBody, fileBody }: Route) => jsonBody !== undefined || fileBody !== undefined;
const byId = (operationId: string) => {
  const route = routes.find((each) => each.operationId === operationId);
  if (route === undefined) throw new Error(`no route ${operationId}`);
  return route;
};

let isDiskFull = false;
const toDisk = async () => {
  if (isDiskFull) throw new Error("ENOSPC");
};
const auditSink = {
  write: () => undefined,
  close: async () => undefined,
  durable: { append: toDisk, check: toDisk },
};

let stack: Stack;
/** One for each route, which would succeed. */
let requests: Map<Route, RouteRequest>;

beforeAll(async () => {
  stack = await startStack(
    {},
    {
      settings: { ALLOWED_HOSTS: "127.0.0.1", CORS_ORIGINS: "https://app.example.com" },
      gatewayParts: { auditSink, limits: { rowBytesMax: 2 * 1024 * 1024 } },
    },
  );
  requests = new Map();
  for (const route of routes) requests.set(route, await requestFor(route, stack));
});
afterAll(() => stack.close());
afterEach(() => stack.workspace.clearFaults());

/** The routes that do not refuse their request with this error, or not as the document says, and what they return. */
async function notRefusing(code: ErrorCode, refusing: readonly Route[], ask: Send): Promise<string[]> {
  const { status } = errorTable[code];
  const outcomes = await Promise.all(
    refusing.map(async (route) => {
      const answer = await ask(route, requestOf(route));
      const isHead = route.method === "head";
      // The reply to HEAD cannot name the error.
      if (isHead && answer.status === status) replies.see(route, code);
      const isExpected = answer.status === status && (isHead || answer.json?.error_code === code);
      const got = isExpected ? [] : [`${answer.status} ${answer.json?.error_code}`];
      return [...got, ...replies.problemsOf(route, answer)].map((each) => `${route.operationId}: ${each}`);
    }),
  );
  return outcomes.flat();
}

function requestOf(route: Route): RouteRequest {
  const request = requests.get(route);
  if (request === undefined) throw new Error(`no request for ${route.operationId}`);
  return request;
}

const refusal = (status: number, code: string, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: { error_code: code, message: "x" },
});
const keyOf = (name: string) => `fdk_${name.padEnd(43, "x")}`;
const keyLine = (name: string, ...operations: string[]) =>
  JSON.stringify({ name, sha256: hashApiKey(keyOf(name)), operations });
const part = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64url");
const lastWordOf = (text: string) => text.split(" ").at(-1) ?? "";

const firstSuccess = ({ replies: listed }: Route) =>
  listed[201] === undefined ? Number(Object.keys(listed)[0]) : 201;

it("every route succeeds as the document says", async () => {
  for (const [route, request] of requests) {
    const others = otherSuccesses[route.operationId] ?? [];
    for (const [status, each] of [[firstSuccess(route), request] as const, ...others]) {
      const answer = await sendTo(main)(route, each);
      expect([route.operationId, answer.status]).toEqual([route.operationId, status]);
      expect([route.operationId, ...replies.problemsOf(route, answer)]).toEqual([route.operationId]);
    }
  }
});

it("every reply with an ETag is 304 for a caller that has it, as the document says", async () => {
  for (const [route, request] of requests) {
    if (route.method !== "get") continue;
    const { etag } = (await sendTo(main)(route, request)).headers;
    if (etag === undefined) continue;
    // Any ETag: that of a running statement can be another one by now.
    const answer = await sendTo(main, { "if-none-match": "*" })(route, request);
    expect([route.operationId, answer.status]).toEqual([route.operationId, 304]);
    expect([route.operationId, ...replies.problemsOf(route, answer)]).toEqual([route.operationId]);
  }
});

describe("a reply that is streamed", () => {
  const rows = ["execute_query", "preview_table", "get_statement_result"].map(byId);

  it.each(rows.map((route) => [route.operationId, route] as const))(
    "of %s says the same as NDJSON, as Arrow and as JSON",
    async (_name, route) => {
      const request =
        route.operationId === "get_statement_result" ? await requestFor(route, stack) : requestOf(route);
      const as = (accept: string) => sendTo(main, { accept })(route, request);
      const json = await as("application/json");
      const ndjson = await as("application/x-ndjson");
      expect(replies.problemsOf(route, ndjson)).toEqual([]);
      for (const line of linesOf(ndjson)) expect(replies.problemsOfBody(route, ndjson, line)).toEqual([]);
      const [head, ...lines] = linesOf(ndjson);
      const { complete, ...end } = lines.pop();
      expect(complete).toBe(true);
      const whole = { ...head, rows: lines, ...end };
      expect(json.json).toMatchObject(whole);
      const batches = await as("application/vnd.apache.arrow.stream");
      expect(replies.problemsOf(route, batches)).toEqual([]);
      const table = arrow.tableFromIPC(batches.bytes);
      expect([table.numRows, table.schema.names]).toEqual([
        lines.length,
        json.json.columns.map(({ name }: { name: string }) => name),
      ]);
    },
  );

  it("of list_tree has a line for each entry, and a last line", async () => {
    const route = byId("list_tree");
    const answer = await sendTo(main)(route, requestOf(route));
    const lines = linesOf(answer);
    for (const line of lines) expect(replies.problemsOfBody(route, answer, line)).toEqual([]);
    expect(lines.at(-1)).toEqual({ complete: true, entry_count: lines.length - 1 });
  });

  it("ends with an error envelope as NDJSON if it fails in between", async () => {
    const route = byId("execute_query");
    stack.workspace.addFault({ thriftMethod: "FetchResults", nth: 2, status: 500 });
    const json = { sql: "SELECT id FROM range(0, 200000)" };
    const answer = await sendTo(main, { accept: "application/x-ndjson" })(route, { path: route.path, json });
    expect(answer.status).toBe(200);
    expect(replies.problemsOfError(linesOf(answer).at(-1))).toEqual([]);
    expect(replies.problemsOfBody(route, answer, linesOf(answer).at(-1))).toEqual([]);
  });
});

// oxlint-disable-next-line typescript/no-explicit-any -- A test says what it expects of a line, whatever it is.
function linesOf({ text }: Answer): any[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("a request is refused as the document says", () => {
  it.each(commonMistakes(main))("%s", async (_what, code, applies, ask) => {
    expect(await notRefusing(code, routes.filter(applies), ask)).toEqual([]);
  });

  it("by HTTP/1.0 for a file of unknown length", async () => {
    stack.workspace.addFault({
      method: "GET",
      status: 200,
      headers: { "content-type": "application/octet-stream", "transfer-encoding": "chunked" },
      body: "x",
    });
    const ask = sendRawTo(main, { version: "1.0" });
    expect(await notRefusing("HTTP_VERSION_NOT_SUPPORTED", [byId("read_file")], ask)).toEqual([]);
  });

  it("if the schema of this installation cannot be read", async () => {
    const inSchema = ["get_uc_schema", "execute_query", "submit_statement"].map(byId);
    writeFileSync(stack.settingsFile, "AGENT_BUILDER_UC_SCHEMA=no-schema\n");
    // Without a schema of its own.
    const json = { sql: "SELECT 1" };
    const ask: Send = (route, { path }) =>
      sendTo(main)(route, hasJsonBody(route) ? { path, json } : { path });
    expect(await notRefusing("RESOURCE_CONFLICT", inSchema, ask)).toEqual([]);
    await rm(stack.settingsFile);
    await mkdir(stack.settingsFile);
    expect(await notRefusing("RESOURCE_CONFLICT", [byId("put_uc_schema")], sendTo(main))).toEqual([]);
    await rm(stack.settingsFile, { recursive: true });
  });

  it.each(
    Object.entries(ownErrors).flatMap(([name, errors]) =>
      errors.map((each) => [name, each.code, each] as const),
    ),
  )("%s: %s", async (name, code, { request, prepare, fault }) => {
    const own = prepare === undefined ? request : await prepare(stack);
    if (fault !== undefined) stack.workspace.addFault(fault);
    const ask: Send = (route, usual) => sendTo(main)(route, own ?? usual);
    expect(await notRefusing(code, [byId(name)], ask)).toEqual([]);
  });
});

describe("every operation fails as the document says when Databricks", () => {
  const calls = routes.filter(isCall);
  // Past every deadline, so that the gateway does not wait.
  const later = { "retry-after": "600" };

  it.each([
    ["refuses", "PERMISSION_DENIED", refusal(403, "PERMISSION_DENIED")],
    ["has too much to do", "RESOURCE_EXHAUSTED", refusal(429, "RESOURCE_EXHAUSTED", later)],
    ["is not available", "TEMPORARILY_UNAVAILABLE", refusal(503, "TEMPORARILY_UNAVAILABLE", later)],
    ["has an error of its own", "UPSTREAM_ERROR", refusal(500, "INTERNAL_ERROR")],
    ["does not have it", "NOT_IMPLEMENTED", refusal(501, "NOT_IMPLEMENTED")],
    ["leads elsewhere", "UPSTREAM_INVALID_RESPONSE", { status: 302, headers: { location: "/login" } }],
    ["breaks the connection", "UPSTREAM_UNREACHABLE", { noReply: "reset" }],
  ] as const)("%s", async (_what, code, fault) => {
    stack.workspace.addFault(fault);
    // For a caller, the statement of somebody else does not exist.
    const isTold = ({ path }: Route) => code !== "PERMISSION_DENIED" || !path.includes(":statement_id");
    expect(await notRefusing(code, calls.filter(isTold), sendTo(main))).toEqual([]);
  });

  it("refuses with a code that is new", async () => {
    const body = { error_code: "SOMETHING_NEW", message: "x", details: [{ reason: "y" }] };
    stack.workspace.addFault({ status: 400, body });
    for (const route of calls) {
      const answer = await sendTo(main)(route, requestOf(route));
      expect([route.operationId, ...replies.problemsOf(route, answer)]).toEqual([route.operationId]);
    }
  });
});

describe("every operation fails as the document says when", () => {
  const calls = routes.filter(isCall);
  let strict: Stack;
  beforeAll(async () => {
    strict = await startStack(
      {},
      {
        workspace: stack.workspace,
        gatewaySettings: { IDENTITY_POLICY: "service" },
        gatewayParts: { limits: { timeoutMs: 200 } },
      },
    );
  });
  afterAll(() => strict.close());
  const strictly = (headers = {}) => sendTo(() => strict, headers);

  it("Databricks does not answer in time", async () => {
    stack.workspace.addFault({ noReply: "silent" });
    expect(await notRefusing("DEADLINE_EXCEEDED", calls, strictly())).toEqual([]);
  });

  it("the policy does not allow the identity that the caller brings", async () => {
    const asAlice = strictly({ authorization: `Bearer ${tokens.alice}` });
    expect(await notRefusing("IDENTITY_NOT_ALLOWED", calls, asAlice)).toEqual([]);
  });
});

describe("every route fails as the document says when", () => {
  const throughGateway = routes.filter(
    (route) => isCall(route) || /^(ready|put_uc_schema)$/.test(route.operationId),
  );

  it("the audit log cannot be written, and the operation may change something", async () => {
    const changing = throughGateway.filter(
      ({ operation }) => operation === undefined || definitionOf(operation).kind !== "query",
    );
    const json = { sql: "CREATE SCHEMA IF NOT EXISTS main.sales" };
    isDiskFull = true;
    const others = await notRefusing("AUDIT_UNAVAILABLE", changing, (route, request) =>
      sendTo(main)(route, route.operationId === "execute_query" ? { ...request, json } : request),
    );
    isDiskFull = false;
    expect(others).toEqual([]);
  });

  it("the gateway is away, and when it cannot sign in", async () => {
    await stack.stopGateway();
    expect(await notRefusing("GATEWAY_UNAVAILABLE", throughGateway, sendTo(main))).toEqual([]);
    stack.workspace.addFault({ path: "/oidc/*", status: 404, body: "" });
    await stack.startGateway();
    expect(await notRefusing("WORKSPACE_SIGN_IN_FAILED", routes.filter(isCall), sendTo(main))).toEqual([]);
  });
});

describe("with API keys, every route refuses", () => {
  const folder = mkdtempSync(join(tmpdir(), "contract-"));
  const withKey = (name: string) => sendTo(() => keyed, { "x-api-key": keyOf(name) });
  let keyed: Stack;
  beforeAll(async () => {
    const file = join(folder, "keys.jsonl");
    writeFileSync(
      file,
      [
        keyLine("all", "*", "destructive", "admin"),
        keyLine("get", "get_uc_schema"),
        keyLine("put", "put_uc_schema"),
        keyLine("often", "*", "destructive", "admin"),
      ].join("\n"),
    );
    keyed = await startStack(
      // For bodies that do not arrive, or that are too many.
      { jsonBodyTimeoutMs: 20, fileIdleTimeoutMs: 20, unreadBodyLingerMs: 20, jsonBytesMax: 50 },
      {
        workspace: stack.workspace,
        settings: { API_AUTH: "api-key", API_KEYS_FILE: file },
      },
    );
  });
  afterAll(async () => {
    await keyed.close();
    await rm(folder, { recursive: true });
  });

  it("a body that stops arriving", async () => {
    const stalled = sendRawTo(() => keyed, {
      headers: [`x-api-key: ${keyOf("all")}`, "content-length: 2"],
      body: "{",
    });
    // One after another: together they are more than one caller may send.
    for (const route of routes.filter(hasBody)) {
      expect(await notRefusing("REQUEST_TIMEOUT", [route], stalled)).toEqual([]);
    }
  });

  it("JSON bodies that have more memory than all may have, or one caller", async () => {
    stack.workspace.addFault({ path: "/api/*", noReply: "silent" });
    const holder = connect(keyed.port, "127.0.0.1");
    const held = JSON.stringify({ path: "/Volumes/main/default/files/held" });
    const head = ["POST /api/directories HTTP/1.1", "host: 127.0.0.1", "content-type: application/json"];
    const headers = [`x-api-key: ${keyOf("all")}`, `content-length: ${held.length}`];
    holder.write(`${[...head, ...headers].join("\r\n")}\r\n\r\n${held}`);
    await expect.poll(() => stack.workspace.requests().at(-1)?.state).toBe("open");
    const json = "x".repeat(20);
    for (const [key, code] of [
      ["all", "RESOURCE_EXHAUSTED"],
      ["often", "TEMPORARILY_UNAVAILABLE"],
    ] as const) {
      const ask: Send = (route, { path }) => withKey(key)(route, { path, json });
      expect(await notRefusing(code, routes.filter(hasJsonBody), ask)).toEqual([]);
    }
    holder.destroy();
  });

  it("an operation that the key does not allow", async () => {
    const others = routes.filter(signsIn).filter(({ operationId }) => operationId !== "get_uc_schema");
    expect(await notRefusing("OPERATION_NOT_ALLOWED", others, withKey("get"))).toEqual([]);
    expect(await notRefusing("OPERATION_NOT_ALLOWED", [byId("get_uc_schema")], withKey("put"))).toEqual([]);
  });

  it("a caller who sends too much", async () => {
    const settings = {
      API_AUTH: "api-key",
      API_KEYS_FILE: join(folder, "keys.jsonl"),
      RATE_LIMIT_PER_MINUTE: "1",
    };
    const limited = await startStack({}, { workspace: stack.workspace, settings });
    const often = sendTo(() => limited, { "x-api-key": keyOf("all") });
    const route = byId("get_uc_schema");
    await often(route, { path: route.path });
    const others = await notRefusing("RATE_LIMITED", routes.filter(signsIn), often);
    await limited.close();
    expect(others).toEqual([]);
  });
});

it("every route refuses a caller whom the identity provider cannot vouch for now", async () => {
  const settings = { API_AUTH: "oidc", OIDC_ISSUER: "https://127.0.0.1:1", OIDC_AUDIENCE: "front-door" };
  const behindOidc = await startStack({}, { workspace: stack.workspace, settings });
  const jwt = `${part({ alg: "RS256", kid: "x" })}.${part({ sub: "alice" })}.c2lnbmF0dXJl`;
  const asAlice = sendTo(() => behindOidc, { authorization: `Bearer ${jwt}` });
  expect(await notRefusing("SIGN_IN_UNAVAILABLE", routes.filter(signsIn), asAlice)).toEqual([]);
  await behindOidc.close();
});

const startWithSignIn = (gatewaySettings = {}, settings = {}) =>
  startStack(
    {},
    {
      workspace: stack.workspace,
      settings: { API_AUTH: "databricks", ...settings },
      gatewaySettings: { ...appSettings, ...gatewaySettings },
    },
  );

describe("with Databricks' sign-in, every route refuses", () => {
  const ofSessions = ["get_session", "end_session"].map(byId);
  const cookie = `front-door-session=fds_${"x".repeat(43)}`;
  let signsInThere: Stack;
  const withCookie = (value: string) =>
    sendTo(() => signsInThere, { cookie: value, "sec-fetch-site": "same-origin" });
  it("a session that has ended, two sessions at once, and any session while the gateway is away", async () => {
    signsInThere = await startWithSignIn();
    expect(await notRefusing("SESSION_ENDED", routes.filter(signsIn), withCookie(cookie))).toEqual([]);
    const twice = withCookie(`${cookie}; ${cookie}`);
    expect(await notRefusing("UNAUTHENTICATED", ofSessions, twice)).toEqual([]);
    await signsInThere.stopGateway();
    expect(await notRefusing("GATEWAY_UNAVAILABLE", ofSessions, withCookie(cookie))).toEqual([]);
    await signsInThere.startGateway();
    await signsInThere.close();
  });

  it("a session while the Redis of sessions is away", async () => {
    const key = Buffer.alloc(32).toString("base64");
    signsInThere = await startWithSignIn({ REDIS_URL: "redis://127.0.0.1:1", SESSION_KEY: key });
    expect(await notRefusing("SIGN_IN_UNAVAILABLE", ofSessions, withCookie(cookie))).toEqual([]);
    await signsInThere.close();
  });

  it("an address that asks too often about its session", async () => {
    signsInThere = await startWithSignIn({}, { RATE_LIMIT_PER_MINUTE: "1" });
    await signsInThere.call("GET", "/auth/session");
    expect(await notRefusing("RATE_LIMITED", ofSessions, withCookie(cookie))).toEqual([]);
    await signsInThere.close();
  });
});

it("GET /ready refuses while the front door stops", async () => {
  const stopping = await startStack({}, { workspace: stack.workspace, isStopping: () => true });
  expect(
    await notRefusing(
      "TEMPORARILY_UNAVAILABLE",
      [byId("ready")],
      sendTo(() => stopping, {}),
    ),
  ).toEqual([]);
  await stopping.close();
});

it("every reply that the document names was driven, or is named here with the reason why not", () => {
  const unseen = replies.unseen().filter((reply) => !(lastWordOf(reply) in notDriven));
  expect(unseen).toEqual([]);
});
