import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayClient } from "@front-door/gateway-client";
import {
  decodeCaller,
  gatewayHeader,
  OperationError,
  type RunRequest,
  toErrorEnvelope,
} from "@front-door/operations";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../src/app.ts";
import { createHttpServer } from "../src/http/http-server.ts";
import { loadConfig } from "../src/settings/config.ts";
import { hashApiKey } from "../src/sign-in/api-keys.ts";
import { at, gatewaySecret, type Stack, startStack, tokens, volume } from "./start-stack.ts";

const identityHeaders = [
  "x-forwarded-access-token",
  "x-forwarded-user",
  "x-forwarded-email",
  "x-forwarded-preferred-username",
];
const stranger = "127.0.0.9";

let stack: Stack;
const get = (path: string, headers: Record<string, string | string[]> = {}, from?: string) =>
  stack.call("GET", path, { headers, ...(from === undefined ? {} : { from }) });

function withStack(settings: Record<string, string>, limits = {}) {
  beforeAll(async () => {
    stack = await startStack(limits, { settings });
  });
  afterAll(() => stack.close());
  beforeEach(() => {
    stack.workspace.clearRequests();
    stack.log.api.length = 0;
  });
}

/** `401 UNAUTHENTICATED`; nothing may have reached Databricks. */
async function refusal(answer: ReturnType<typeof get>): Promise<string> {
  const { status, json } = await answer;
  expect(stack.workspace.requests()).toEqual([]);
  return `${status} ${json.error_code}`;
}

const keyOf = (name: string) => `fdk_${name.padEnd(43, "x")}`;

function refusalOf(headers: Record<string, string>) {
  stack.workspace.clearRequests();
  return refusal(get("/api/me", headers));
}

describe("API_AUTH=none", () => {
  withStack({ TRUSTED_PROXIES: "127.0.0.2" });

  it("accepts everyone, as the gateway or as the user of the token in the request", async () => {
    const own = await get("/api/me");
    expect([own.status, own.json.emails]).toEqual([200, []]);
    const alice = await get("/api/me", { authorization: `Bearer ${tokens.alice}` });
    expect(alice.json.user_name).toBe("alice@example.com");
  });

  it("refuses an API key, which would be ignored, and says who reads it", async () => {
    expect(await refusalOf({ "x-api-key": keyOf("reader") })).toBe("401 UNAUTHENTICATED");
    const { json } = await get("/api/me", { "x-api-key": "", authorization: `Bearer ${tokens.alice}` });
    expect(json.error).toMatch(/^The header X-Api-Key is read with API_AUTH=api-key only, and here .* none/);
    expect((await get("/health", { "x-api-key": "x" })).status).toBe(200);
  });

  it("refuses an Authorization of another scheme than Bearer", async () => {
    for (const authorization of ["Basic YTpi", "Token x", "ApiKey x"]) {
      expect(await refusalOf({ authorization })).toBe("401 UNAUTHENTICATED");
    }
  });

  it("runs as the user of a trusted proxy's token", async () => {
    const answer = await get("/api/me", { "x-forwarded-access-token": tokens.alice }, "127.0.0.2");
    expect(answer.json.user_name).toBe("alice@example.com");
  });

  it.each(identityHeaders)(
    "refuses %s of any other address and does not run as the gateway",
    async (name) => {
      expect(await refusal(get("/api/me", { [name]: tokens.alice }))).toBe("403 PROXY_NOT_TRUSTED");
      expect(await refusal(get("/api/me", { [name]: "" }))).toBe("403 PROXY_NOT_TRUSTED");
    },
  );

  it("refuses two different tokens, and a broken token never runs as the gateway", async () => {
    const both = { authorization: `Bearer ${tokens.bob}`, "x-forwarded-access-token": tokens.alice };
    expect(await refusal(get("/api/me", both, "127.0.0.2"))).toBe("401 UNAUTHENTICATED");
    for (const token of ["", "a b", "é", [tokens.alice, tokens.alice]]) {
      expect(await refusal(get("/api/me", { "x-forwarded-access-token": token }, "127.0.0.2"))).toBe(
        "401 UNAUTHENTICATED",
      );
    }
  });

  it("ignores X-Forwarded-For of a stranger and believes that of a trusted proxy", async () => {
    const claim = { "x-forwarded-for": "203.0.113.7", "x-forwarded-host": "evil.example" };
    expect((await get("/api/me", claim, stranger)).status).toBe(200);
    expect((await get("/api/me", claim, "127.0.0.2")).status).toBe(200);
    await expect.poll(() => stack.log.api.map((line) => line["client"])).toEqual([stranger, "203.0.113.7"]);
  });
});

describe("API_AUTH=api-key", () => {
  const file = join(mkdtempSync(join(tmpdir(), "api-keys-")), "keys.jsonl");
  const line = (name: string, operations: string[], expires?: string) =>
    JSON.stringify({ name, sha256: hashApiKey(keyOf(name)), operations, expires });
  const lines = [
    "# the team's keys",
    line("everything", ["*"]),
    line("reader", ["list_*", "read_file", "file_metadata", "me"]),
    line("expired", ["*"], "2020-01-01T00:00:00Z"),
    line("future", ["*"], "2120-01-01T00:00:00Z"),
  ];
  writeFileSync(file, lines.join("\n"));
  withStack({ API_AUTH: "api-key", API_KEYS_FILE: file, TRUSTED_PROXIES: "127.0.0.2" });
  const key = (name: string) => ({ "x-api-key": keyOf(name) });

  it.each(["/health", "/ready", "/openapi.json"])("serves %s without a sign-in", async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  it("tells a probe that it is ready, but not which identity it has", async () => {
    expect((await get("/ready")).json).toEqual({ status: "ready" });
    expect((await get("/ready?deep=true")).json).toEqual({ status: "ready" });
  });

  it.each(["/api/me", "/api/settings/uc-schema", "/api/files?path=x"])(
    "refuses %s without a key",
    async (path) => {
      expect(await refusal(get(path))).toBe("401 UNAUTHENTICATED");
      expect((await get(path)).headers["www-authenticate"]).toMatch(/^ApiKey realm=/);
    },
  );

  it("accepts a key, and a Databricks token besides it", async () => {
    expect((await get("/api/me", key("everything"))).json.emails).toEqual([]);
    expect((await get("/api/me", key("future"))).status).toBe(200);
    const alice = await get("/api/me", { ...key("reader"), authorization: `Bearer ${tokens.alice}` });
    expect(alice.json.user_name).toBe("alice@example.com");
    const forwarded = { ...key("reader"), "x-forwarded-access-token": tokens.alice };
    expect((await get("/api/me", forwarded, "127.0.0.2")).json.user_name).toBe("alice@example.com");
  });

  it.each([
    ["unknown", key("unknown")],
    ["expired", key("expired")],
    ["empty", { "x-api-key": "" }],
    ["in another case", { "x-api-key": keyOf("reader").toUpperCase() }],
    ["duplicate", { "x-api-key": [keyOf("reader"), keyOf("reader")] }],
    ["the hash of one", { "x-api-key": hashApiKey(keyOf("reader")) }],
    ["too long", { "x-api-key": "x".repeat(9000) }],
    ["where a token belongs", { authorization: `Bearer ${keyOf("reader")}` }],
    ["beside a broken token", { ...key("reader"), authorization: "Basic YTpi" }],
  ])("refuses a key that is %s", async (_what, headers) => {
    expect(await refusal(get("/api/me", headers))).toBe("401 UNAUTHENTICATED");
  });

  it("refuses operations that the key does not allow, before it reads a body", async () => {
    expect((await get("/api/catalogs", key("reader"))).status).toBe(200);
    expect((await get(at("/api/files", `${volume}/README.txt`), key("reader"))).status).toBe(200);
    stack.workspace.clearRequests();
    const calls = [
      stack.call("PUT", at("/api/files", `${volume}/new.txt`), { headers: key("reader"), body: "x" }),
      stack.call("POST", "/api/query", { headers: key("reader"), json: { sql: "SELECT 1" } }),
      stack.call("DELETE", at("/api/directories", `${volume}/reports`), { headers: key("reader") }),
      stack.call("PUT", "/api/settings/uc-schema", { headers: key("reader"), json: { schema: null } }),
      stack.call("POST", "/api/volumes", { headers: key("reader"), body: "not read" }),
    ];
    for (const call of calls) expect(await refusal(call)).toBe("403 OPERATION_NOT_ALLOWED");
  });

  it("logs the name of a key and never the key", async () => {
    await get("/api/me", key("reader"));
    await get("/api/me", key("unknown"));
    await expect
      .poll(() => stack.log.api.map(({ caller, status }) => [caller, status]))
      .toEqual([
        ["reader", 200],
        [undefined, 401],
      ]);
    expect(JSON.stringify(stack.log)).not.toMatch(/fdk_|[\da-f]{64}/);
  });

  it("refuses a key that was removed from the file, and keeps all keys if the file is broken", async () => {
    expect((await get("/api/me", key("future"))).status).toBe(200);
    writeFileSync(file, lines.filter((each) => !each.includes('"future"')).join("\n"));
    await expect.poll(() => refusalOf(key("future")), { interval: 200 }).toBe("401 UNAUTHENTICATED");
    expect((await get("/api/me", key("reader"))).status).toBe(200);
    stack.log.api.length = 0;
    writeFileSync(file, `${lines[1]}\n{"name":"a-secret-name","sha256":"not a hash"}`);
    const errors = () => stack.log.api.filter((each) => Number(each["level"]) === 50);
    const errorsAfterRequest = async () => {
      expect((await get("/api/me", key("reader"))).status).toBe(200);
      return errors();
    };
    await expect.poll(errorsAfterRequest, { interval: 200 }).toHaveLength(1);
    expect(await refusalOf(key("future"))).toBe("401 UNAUTHENTICATED");
    expect(errors()).toMatchObject([{ reason: expect.stringMatching(/^line 2: sha256 must be/) }]);
    expect(JSON.stringify(errors())).not.toMatch(/a-secret-name|not a hash/);
  });
});

describe("API_AUTH=forwarded", () => {
  withStack({ API_AUTH: "forwarded", TRUSTED_PROXIES: "127.0.0.2,127.0.1.0/24" });
  const alice = { "x-forwarded-email": "alice@example.com" };

  it("refuses an API key beside the proxy's user", async () => {
    const headers = { ...alice, "x-api-key": keyOf("reader") };
    expect(await refusal(get("/api/me", headers, "127.0.0.2"))).toBe("401 UNAUTHENTICATED");
  });

  it("takes the user from a trusted proxy's headers, the e-mail address first", async () => {
    const answer = await get("/api/me", { ...alice, "x-forwarded-user": "1234" }, "127.0.0.2");
    expect([answer.status, answer.json.emails]).toEqual([200, []]);
    await get(
      "/api/me",
      { "x-forwarded-user": "1234", "x-forwarded-preferred-username": "al" },
      "127.0.1.77",
    );
    await get("/api/me", { "x-forwarded-user": Buffer.from("josé").toString("latin1") }, "127.0.1.78");
    // "à" ends with the byte A0, which is a space of another encoding.
    await get("/api/me", { "x-forwarded-user": Buffer.from("nicolà").toString("latin1") }, "127.0.1.79");
    await expect
      .poll(() => stack.log.api.map((line) => line["caller"]))
      .toEqual(["alice@example.com", "al", "josé", "nicolà"]);
  });

  it("runs as the user whose token the proxy sends", async () => {
    const answer = await get("/api/me", { ...alice, "x-forwarded-access-token": tokens.alice }, "127.0.0.2");
    expect(answer.json.user_name).toBe("alice@example.com");
  });

  it("refuses requests that bypass the proxy, whatever their headers", async () => {
    expect(await refusal(get("/api/me"))).toBe("403 PROXY_NOT_TRUSTED");
    expect(await refusal(get("/api/me", alice))).toBe("403 PROXY_NOT_TRUSTED");
    const claim = { ...alice, "x-forwarded-for": "127.0.0.2", forwarded: "for=127.0.0.2" };
    expect(await refusal(get("/api/me", claim, stranger))).toBe("403 PROXY_NOT_TRUSTED");
    const token = { authorization: `Bearer ${tokens.alice}` };
    expect(await refusal(get("/api/me", token))).toBe("403 PROXY_NOT_TRUSTED");
    expect((await get("/health")).status).toBe(200);
  });

  it("refuses a request for which the proxy names nobody, or two people", async () => {
    expect(await refusal(get("/api/me", {}, "127.0.0.2"))).toBe("401 UNAUTHENTICATED");
    const token = { "x-forwarded-access-token": tokens.alice };
    expect(await refusal(get("/api/me", token, "127.0.0.2"))).toBe("401 UNAUTHENTICATED");
    const two = { "x-forwarded-email": ["alice@example.com", "bob@example.com"] };
    expect(await refusal(get("/api/me", two, "127.0.0.2"))).toBe("401 UNAUTHENTICATED");
    expect(await refusal(get("/api/me", { "x-forwarded-email": "\xff\xfe" }, "127.0.0.2"))).toBe(
      "401 UNAUTHENTICATED",
    );
  });
});

describe("a request to the gateway", () => {
  interface Run {
    readonly headers: IncomingHttpHeaders;
    readonly body: RunRequest | undefined;
  }

  it("has the caller's name, the workspace and the token, on every route of an operation", async () => {
    const runs: Run[] = [];
    const recorder = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on("data", (chunk: Buffer) => chunks.push(chunk));
      req.once("end", () => {
        const encoded = req.headers[gatewayHeader.run];
        const json =
          encoded === undefined ? Buffer.concat(chunks) : Buffer.from(String(encoded), "base64url");
        runs.push({ headers: req.headers, body: JSON.parse(json.toString()) as RunRequest });
        const error = new OperationError("UNKNOWN_WORKSPACE", "no");
        res.writeHead(404, { "content-type": "application/json" });
        res.end(JSON.stringify(toErrorEnvelope(error, "recorded")));
      });
    }).listen(0, "127.0.0.1");
    await once(recorder, "listening");
    const origin = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
    const client = new GatewayClient({ origin, secret: gatewaySecret });
    const file = join(mkdtempSync(join(tmpdir(), "api-recorder-")), "settings");
    const config = loadConfig({
      SETTINGS_FILE: file,
      GATEWAY_SECRET: gatewaySecret,
      API_AUTH: "forwarded",
      TRUSTED_PROXIES: "loopback",
    });
    const logger = pino({ level: "silent" });
    const server = createHttpServer(createApp({ config, gateway: client, logger }), logger);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const headers = { "x-forwarded-user": "zoë ☂", "x-forwarded-access-token": "dapi-1" };
    const send = (method: string, path: string, body?: object) =>
      fetch(url + path, {
        method,
        headers: {
          ...headers,
          "x-forwarded-user": Buffer.from(headers["x-forwarded-user"]).toString("latin1"),
          ...(method === "POST" ? { "content-type": "application/json" } : {}),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const answers = [
      await send("GET", "/api/me?workspace=eu-1"),
      await send("GET", at("/api/files", `${volume}/a`, { workspace: "eu-1" })),
      await send("HEAD", at("/api/files", `${volume}/a`, { workspace: "eu-1" })),
      await send("PUT", at("/api/files", `${volume}/a`, { workspace: "eu-1" }), {}),
      await send("POST", "/api/query?workspace=eu-1", { sql: "SELECT 1" }),
      await send("POST", "/api/statements/01ef-1/cancel?workspace=eu-1"),
      await send("GET", "/api/statements/01ef-1/result?workspace=eu-1&chunk=0"),
    ];
    const bad = await send("GET", "/api/me?workspace=..%2Fx");
    server.closeAllConnections();
    server.close();
    await client.close();
    recorder.close();

    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 404));
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ details: [{ field: "workspace" }] });
    expect(runs.map(({ body }) => body)).toMatchObject(
      answers.map(() => ({ workspace: "eu-1", auth: { token: "dapi-1" } })),
    );
    for (const run of runs) {
      expect(decodeCaller(String(run.headers[gatewayHeader.caller]))).toBe("zoë ☂");
      expect(run.body?.params).not.toHaveProperty("workspace");
      expect(Object.keys(run.headers)).not.toContain("x-forwarded-access-token");
    }
  });
});
