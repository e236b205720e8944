import { connect } from "node:net";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { encodeRunHeader, errorEnvelope, operations } from "@front-door/operations";
import { Validator } from "@seriousme/openapi-schema-validator";
import { request } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  errorOf,
  type GatewayUnderTest,
  secret,
  startGateway,
  startWorkspace,
  toAnswer,
  tokenOf,
} from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  gateway.log.length = 0;
});
afterEach(() => workspace.clearFaults());

const good = { "x-gateway-secret": secret, "content-type": "application/json" };

async function post(headers: Record<string, string>, body = '{"op":"me"}') {
  return toAnswer(await request(`${gateway.url}/run`, { method: "POST", headers, body }));
}

test.each([
  "authorization",
  "proxy-authorization",
  "x-forwarded-access-token",
  "x_forwarded_access_token",
  "proxy_authorization",
])("a token in %s is refused, because the request would run as the gateway", async (name) => {
  const put = { op: "write_file", params: { path: "/Volumes/main/default/files/x" } };
  const upload = { "content-type": "application/octet-stream", "x-gateway-run": encodeRunHeader(put) };
  for (const value of [`Bearer ${tokenOf.bob}`, ""]) {
    for (const headers of [good, { ...good, ...upload }]) {
      const answer = await post({ ...headers, [name]: value });
      expect([answer.status, errorOf(answer).error_code]).toEqual([401, "UNAUTHENTICATED"]);
      expect(errorOf(answer).error).toMatch(`The header ${name} is not read here`);
    }
  }
  expect(workspace.requests()).toEqual([]);
});

describe("/run refuses before it calls Databricks", () => {
  const runHeader = encodeRunHeader({ op: "write_file", params: { path: "/Volumes/main/default/files/x" } });
  const octets = { "x-gateway-secret": secret, "content-type": "application/octet-stream" };
  const path = "/Volumes/main/default/files/x";
  const cases: [string, Record<string, string>, string, number, string, RegExp][] = [
    ["another host", { ...good, host: "evil.example" }, "{}", 403, "HOST_NOT_ALLOWED", /Host/],
    [
      "the right host with another port",
      { ...good, host: "127.0.0.1:1" },
      "{}",
      403,
      "HOST_NOT_ALLOWED",
      /Host/,
    ],
    [
      "a host that begins with the right one",
      { ...good, host: "127.0.0.1.evil.example" },
      "{}",
      403,
      "HOST_NOT_ALLOWED",
      /Host/,
    ],
    ["no secret", { "content-type": "application/json" }, "{}", 401, "UNAUTHENTICATED", /secret/],
    ["another secret", { ...good, "x-gateway-secret": "wrong" }, "{}", 401, "UNAUTHENTICATED", /secret/],
    [
      "a form",
      { ...good, "content-type": "application/x-www-form-urlencoded" },
      "op=me",
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      /content type/,
    ],
    ["text", { ...good, "content-type": "text/plain" }, "{}", 415, "UNSUPPORTED_MEDIA_TYPE", /content type/],
    ["no content type", { "x-gateway-secret": secret }, "{}", 415, "UNSUPPORTED_MEDIA_TYPE", /content type/],
    ["a body that is not JSON", good, "{", 400, "MALFORMED_REQUEST", /JSON/],
    ["an empty body", good, "", 400, "MALFORMED_REQUEST", /JSON/],
    ["a JSON array", good, "[]", 400, "INVALID_PARAMETER_VALUE", /./],
    ["__proto__", good, '{"op":"me","__proto__":{"a":1}}', 400, "MALFORMED_REQUEST", /./],
    [
      "__proto__ in depth",
      good,
      '{"op":"me","params":{"\\u005f_proto__":{}}}',
      400,
      "MALFORMED_REQUEST",
      /./,
    ],
    [
      "constructor.prototype",
      good,
      '{"op":"me","params":{"constructor":{"prototype":{}}}}',
      400,
      "MALFORMED_REQUEST",
      /./,
    ],
    ["an unknown operation", good, '{"op":"drop_everything"}', 404, "UNKNOWN_OPERATION", /drop_everything/],
    ["a property of every object", good, '{"op":"toString"}', 404, "UNKNOWN_OPERATION", /toString/],
    ["an unknown field", good, '{"op":"me","as":"root"}', 400, "INVALID_PARAMETER_VALUE", /as: /],
    [
      "an unknown parameter",
      good,
      '{"op":"list_schemas","params":{"catalog":"main","x":1}}',
      400,
      "INVALID_PARAMETER_VALUE",
      /x: /,
    ],
    ["a missing parameter", good, '{"op":"list_schemas"}', 400, "INVALID_PARAMETER_VALUE", /catalog: /],
    [
      "an upload as JSON",
      good,
      JSON.stringify({ op: "write_file", params: { path } }),
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      /write_file/,
    ],
    [
      "another operation as octets",
      { ...octets, "x-gateway-run": encodeRunHeader({ op: "me" }) },
      "x",
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      /me/,
    ],
    ["an upload without its header", octets, "x", 400, "MALFORMED_REQUEST", /x-gateway-run/],
    [
      "an upload with a broken header",
      { ...octets, "x-gateway-run": "%%%" },
      "x",
      400,
      "MALFORMED_REQUEST",
      /x-gateway-run/,
    ],
    [
      "an upload with __proto__",
      {
        ...octets,
        "x-gateway-run": Buffer.from('{"op":"write_file","params":{"__proto__":{}}}').toString("base64url"),
      },
      "x",
      400,
      "MALFORMED_REQUEST",
      /x-gateway-run/,
    ],
    [
      "an upload with a bad path",
      { ...octets, "x-gateway-run": encodeRunHeader({ op: "write_file", params: { path: "/etc/passwd" } }) },
      "x",
      400,
      "INVALID_PARAMETER_VALUE",
      /path: /,
    ],
    [
      "an upload without the secret",
      { "content-type": "application/octet-stream", "x-gateway-run": runHeader },
      "x",
      401,
      "UNAUTHENTICATED",
      /secret/,
    ],
    [
      "another workspace",
      good,
      JSON.stringify({ op: "me", auth: { host: "https://other.cloud.databricks.com", token: "t" } }),
      403,
      "HOST_NOT_ALLOWED",
      /auth.host/,
    ],
  ];
  test.each(cases)("%s", async (_what, headers, body, status, code, message) => {
    const answer = await post(headers, body);
    expect(errorEnvelope.parse(answer.body)).toMatchObject({ status, error_code: code });
    expect(answer.status).toBe(status);
    expect(errorOf(answer).error).toMatch(message);
    expect(workspace.requests()).toEqual([]);
  });

  test("a JSON body over 1 MiB", async () => {
    const body = JSON.stringify({ op: "me", params: { x: "x".repeat(1024 * 1024) } });
    const answer = await post(good, body);
    expect(answer.status).toBe(413);
    expect(errorOf(answer).error_code).toBe("PAYLOAD_TOO_LARGE");
  });

  test("a caller without the secret gets its reply before it sends the body", async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /run HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n`,
    );
    const head = await new Promise<string>((resolve) => {
      socket.once("data", (data) => resolve(String(data)));
    });
    expect(head).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });
});

test.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])(
  "the gateway accepts the host %s",
  async (name) => {
    const host = `${name}:${new URL(gateway.url).port}`;
    expect((await post({ ...good, host })).status).toBe(200);
  },
);

test("the content type may have parameters", async () => {
  expect((await post({ ...good, "content-type": "Application/JSON; charset=utf-8" })).status).toBe(200);
});

describe("request ids", () => {
  test("a well-formed one is echoed and logged, and not sent to Databricks", async () => {
    const answer = await gateway.run("me", {}, { headers: { "x-request-id": "abc-123" } });
    expect(answer.headers["x-request-id"]).toBe("abc-123");
    expect(gateway.log).toContainEqual(
      expect.objectContaining({ request_id: "abc-123", op: "me", status: 200, identity: "pat" }),
    );
    expect(workspace.requests()[0]?.headers).not.toHaveProperty("x-request-id");
  });

  test("any other is replaced", async () => {
    const answer = await gateway.run("nope", {}, { headers: { "x-request-id": "a b" } });
    expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(errorOf(answer).request_id).toBe(answer.headers["x-request-id"]);
  });

  test("a download has one too", async () => {
    const path = "/Volumes/main/default/files/README.txt";
    const answer = await gateway.run("read_file", { path }, { headers: { "x-request-id": "d-1" } });
    expect(answer.headers["x-request-id"]).toBe("d-1");
  });
});

async function get(path: string, headers: Record<string, string> = {}) {
  return toAnswer(await request(`${gateway.url}${path}`, { headers }));
}

describe("what the gateway says of itself", () => {
  test("GET /openapi.json needs the secret, and has a request schema for every operation that takes JSON", async () => {
    expect((await get("/openapi.json")).status).toBe(401);
    const { status, body } = await get("/openapi.json", { "x-gateway-secret": secret });
    expect([status, (await new Validator().validate(body)).errors ?? []]).toEqual([200, []]);
    const { oneOf } = body.paths["/run"].post.requestBody.content["application/json"].schema;
    const described = oneOf.map(({ $ref }: { $ref: string }) => {
      return body.components.schemas[$ref.split("/").at(-1) ?? ""].properties.op.const;
    });
    const inJson = Object.values(operations).filter(({ transfer }) => transfer !== "upload");
    expect(described.toSorted()).toEqual(inJson.map(({ name }) => name).toSorted());
  });

  test("GET /operations says how the bytes of each operation travel", async () => {
    const list = (await get("/operations")).body.operations as Record<string, string>[];
    expect(new Set(list.map(({ name }) => name))).toEqual(new Set(Object.keys(operations)));
    for (const { request: sent, reply } of list)
      expect([sent, reply]).toEqual([expect.any(String), expect.any(String)]);
    expect(list.find(({ name }) => name === "write_file")?.["request"]).toContain("x-gateway-run");
  });

  test("an upload may have its request as plain JSON", async () => {
    const path = "/Volumes/main/default/files/plain-header.txt";
    const reply = await request(`${gateway.url}/run`, {
      method: "POST",
      headers: {
        "x-gateway-secret": secret,
        "content-type": "application/octet-stream",
        "x-gateway-run": JSON.stringify({ op: "write_file", params: { path } }),
      },
      body: "text",
    });
    expect(await toAnswer(reply)).toMatchObject({ status: 200, body: { path, file_size: 4, created: true } });
  });

  test("an unknown operation or parameter is refused with the name that was meant", async () => {
    expect(errorOf(await gateway.run("listSchemas", {})).error).toBe(
      'Unknown operation "listSchemas": did you mean list_schemas? GET /operations lists them.',
    );
    expect(errorOf(await gateway.run("list_catalogs", { maxResults: 1 })).error).toBe(
      "maxResults: unknown parameter: did you mean max_results?",
    );
  });
});

describe("the routes that need no secret", () => {
  test("GET /health answers without asking Databricks", async () => {
    expect(await get("/health")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(workspace.requests()).toEqual([]);
  });

  test.each(["/health", "/ready", "/operations", "/nothing"])("GET %s checks the host", async (path) => {
    expect((await get(path, { host: "evil.example" })).status).toBe(403);
  });

  test("GET /ready names workspace and identity without asking Databricks", async () => {
    const answer = await get("/ready");
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      status: "ready",
      workspace: "local",
      identity: expect.objectContaining({ kind: "pat" }),
      workspaces: [{ name: "default", identity: expect.objectContaining({ kind: "pat" }) }],
    });
    expect(answer.text).not.toContain("127.0.0.1");
    expect(workspace.requests()).toEqual([]);
  });

  test("GET /ready?deep=true asks once for many callers", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => get("/ready?deep=true")));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(workspace.requests()).toHaveLength(1);
  });

  test("GET /ready?deep=true says why the gateway is not ready", async () => {
    const stranger = await startGateway(workspace.url, { DATABRICKS_TOKEN: "not-a-token" });
    const answer = await toAnswer(await request(`${stranger.url}/ready?deep=true`));
    expect(answer.status).toBe(503);
    expect(errorEnvelope.parse(answer.body)).toMatchObject({ status: 503, error_code: "PERMISSION_DENIED" });
    await stranger.close();
  });

  test("GET /operations describes every operation of the contract", async () => {
    const answer = await get("/operations");
    expect(answer.status).toBe(200);
    const described = new Map<string, unknown>(
      answer.body.operations.map((each: { name: string }) => [each.name, each]),
    );
    expect([...described.keys()]).toEqual(Object.keys(operations));
    expect(described.get("list_schemas")).toMatchObject({
      kind: "query",
      idempotent: true,
      transfer: "json",
      timeout_ms: 30_000,
      params: { type: "object", required: ["catalog"] },
      result: { $defs: { SchemaPage: { type: "object" } } },
      errors: ["CATALOG_DOES_NOT_EXIST"],
    });
  });

  test("an unknown path and a wrong method have the error envelope", async () => {
    expect(errorEnvelope.parse((await get("/nothing")).body).error_code).toBe("NOT_FOUND");
    const wrong = await get("/run");
    expect(wrong.status).toBe(405);
    expect(wrong.headers.allow).toBe("POST");
  });
});

describe("replies", () => {
  test("a reply that breaks the contract becomes 502, and the log names the field", async () => {
    workspace.addFault({ path: "/api/2.0/preview/scim/v2/Me", status: 200, body: { userName: 7, id: "1" } });
    const answer = await gateway.run("me");
    expect(answer.status).toBe(502);
    expect(errorOf(answer).error_code).toBe("UPSTREAM_INVALID_RESPONSE");
    expect(answer.text).not.toContain("user_name");
    expect(JSON.stringify(gateway.log)).toContain("user_name");
  });

  test("null counts as absent, and fields outside the contract are dropped", async () => {
    const body = {
      userName: "x",
      id: "1",
      displayName: null,
      emails: null,
      entitlements: [{ value: "secret" }],
    };
    workspace.addFault({ path: "/api/2.0/preview/scim/v2/Me", status: 200, body });
    expect((await gateway.run("me")).body).toEqual({
      user_name: "x",
      id: "1",
      emails: [],
      active: true,
      workspace_kind: "local",
    });
  });

  test("an unexpected error becomes a 500 without details, and the log has them", async () => {
    const broken = await startGateway(
      workspace.url,
      { DATABRICKS_TOKEN: "local-token-alice" },
      {
        handlers: {
          me: async () => {
            throw new TypeError("a defect with Bearer local-token-alice in it");
          },
        },
      },
    );
    const answer = await broken.run("me");
    expect(answer.status).toBe(500);
    expect(errorOf(answer).error_code).toBe("INTERNAL_ERROR");
    expect(answer.text).not.toContain("defect");
    const line = JSON.stringify(broken.log);
    expect(line).toContain("a defect with");
    expect(line).not.toContain("local-token-alice");
    await broken.close();
  });
});
