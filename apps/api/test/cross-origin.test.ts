import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "./start-stack.ts";

const app = "https://app.example.com";
let stack: Stack;
const send = (method: string, headers: Record<string, string>, path = "/api/settings/uc-schema") =>
  stack.call(method, path, {
    headers,
    ...(method === "PUT" ? { json: { schema: "main.default" } } : {}),
  });
const preflight = { "access-control-request-method": "PUT", "access-control-request-headers": "x-api-key" };

describe("a web page of a configured origin", () => {
  beforeAll(async () => {
    const signIn = { API_AUTH: "oidc", OIDC_ISSUER: "http://127.0.0.1:1", OIDC_AUDIENCE: "x" };
    stack = await startStack({}, { settings: { ...signIn, CORS_ORIGINS: `http://localhost:5173, ${app}` } });
  });
  afterAll(() => stack.close());

  it.each([app, "http://localhost:5173"])("may ask before it signs in: %s", async (origin) => {
    const answer = await send("OPTIONS", { origin, ...preflight });
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": expect.stringContaining("PUT"),
      "access-control-allow-headers": expect.stringMatching(
        /Authorization.*X-Api-Key.*Content-Type.*Traceparent.*X-Requested-With/,
      ),
      "access-control-max-age": "600",
      vary: "Origin",
    });
  });

  it("may read every reply with its headers, errors included, and sends no cookies", async () => {
    for (const answer of [
      await send("GET", { origin: app }),
      await send("GET", { origin: app }, "/nothing"),
    ]) {
      expect([401, 404]).toContain(answer.status);
      expect(answer.headers).toMatchObject({
        "access-control-allow-origin": app,
        "access-control-expose-headers": expect.stringMatching(
          /X-Request-Id.*Content-Range.*ETag.*Retry-After/,
        ),
        vary: "Origin",
      });
      expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
    }
  });

  it.each([
    "https://app.example.com.evil.example",
    "https://evil.example",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://APP.example.com",
    "null",
    "",
  ])("is not one of %j, which may neither read nor change anything", async (origin) => {
    const read = await send("GET", { origin }, "/health");
    expect([read.status, read.headers["vary"]]).toEqual([200, "Origin"]);
    expect(read.headers).not.toHaveProperty("access-control-allow-origin");
    for (const answer of [await send("OPTIONS", { origin, ...preflight }), await send("PUT", { origin })]) {
      expect([answer.status, answer.json.error_code]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  it("gets the methods of a path in reply to a plain OPTIONS", async () => {
    const answer = await send("OPTIONS", { origin: app });
    expect([answer.status, answer.headers["allow"]]).toEqual([204, "GET, HEAD, OPTIONS, PUT"]);
  });
});

describe("this server's own pages, and programs that are no browser", () => {
  beforeAll(async () => {
    stack = await startStack(
      {},
      { settings: { ALLOWED_HOSTS: "api.example.com", TRUSTED_PROXIES: "127.0.0.2" } },
    );
  });
  afterAll(() => stack.close());

  it.each<[string, Record<string, string>]>([
    ["no browser", {}],
    ["the address bar", { "sec-fetch-site": "none" }],
    ["the same origin", { "sec-fetch-site": "same-origin" }],
    ["the same origin, by name", { host: "localhost:3001", origin: "http://localhost:3001" }],
    ["the same origin without its port", { host: "api.example.com:80", origin: "http://api.example.com" }],
    ["the same origin behind TLS", { host: "API.example.com", origin: "https://api.example.com" }],
  ])("may change something: %s", async (_what, headers) => {
    const answer = await send("PUT", headers);
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(answer.headers).not.toHaveProperty("vary");
  });

  it("a page elsewhere may not let a preview run, which would start a stopped warehouse", async () => {
    const path = "/api/tables/preview?catalog=samples&schema=nyctaxi&name=trips";
    const { status, json } = await send("GET", { "sec-fetch-site": "cross-site" }, path);
    expect([status, json.error_code]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
  });

  it.each<[string, Record<string, string>]>([
    ["a sibling's page", { "sec-fetch-site": "same-site" }],
    ["another port of this machine", { host: "localhost:3001", origin: "http://localhost:3000" }],
    [
      "a page that says it is the same site",
      { "sec-fetch-site": "same-origin", origin: "https://evil.example" },
    ],
    [
      "another port of this machine, as a browser says",
      { host: "localhost:3001", origin: "http://localhost:5173", "sec-fetch-site": "same-site" },
    ],
  ])("are not %s", async (_what, headers) => {
    expect((await send("PUT", headers)).json.error_code).toBe("ORIGIN_NOT_ALLOWED");
  });

  it.each(["http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:3000"])(
    "may change something through a development proxy that replaces the Host (Vite, Next.js): %s",
    async (origin) => {
      const headers = { host: "localhost:3001", origin, "sec-fetch-site": "same-origin" };
      expect((await send("PUT", headers)).status).toBe(200);
    },
  );

  it("says in a refusal what to set, and the log has the origin", async () => {
    const origin = "https://app.example.org:8443";
    const answer = await send("PUT", { host: "localhost:3001", origin });
    expect(answer.json.error).toBe(
      `The request comes from a web page of ${origin}, and this server is localhost:3001. To allow it, set CORS_ORIGINS=${origin}, or let the proxy in between pass on the Host header.`,
    );
    await expect.poll(() => stack.log.api.at(-1)).toMatchObject({ status: 403, origin });
  });

  it("uses https if a trusted proxy received the request over TLS", async () => {
    const headers = {
      host: "api.example.com",
      origin: "http://api.example.com",
      "x-forwarded-proto": "https",
    };
    const behind = await stack.call("PUT", "/api/settings/uc-schema", {
      headers,
      json: { schema: null },
      from: "127.0.0.2",
    });
    expect(behind.json.error_code).toBe("ORIGIN_NOT_ALLOWED");
    expect((await send("PUT", headers)).status).toBe(200);
  });
});

describe("a server with configured names", () => {
  beforeAll(async () => {
    const settings = { HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true", ALLOWED_HOSTS: "api.example.com" };
    stack = await startStack({}, { settings });
  });
  afterAll(() => stack.close());

  it.each([
    ["api.example.com", 200],
    ["API.example.com:443", 200],
    ["10.1.2.3:3001", 200],
    ["[fd00::1]:3001", 200],
    ["localhost:3001", 200],
    ["evil.example", 403],
    ["10.1.2.3.evil.example", 403],
    ["[evil.example]", 403],
  ])(
    "answers to %s with %i: its names, and an address, by which load balancers probe",
    async (host, status) => {
      expect((await send("GET", { host }, "/health")).status).toBe(status);
    },
  );
});

describe("behind a proxy that signs in with a cookie", () => {
  beforeAll(async () => {
    const settings = {
      API_AUTH: "forwarded",
      TRUSTED_PROXIES: "loopback",
      CORS_ORIGINS: app,
      SETTINGS_EDITORS: "ann@example.com",
    };
    stack = await startStack({}, { settings });
  });
  afterAll(() => stack.close());

  it("a page of a configured origin may send the cookie, and no other", async () => {
    const user = { "x-forwarded-email": "ann@example.com" };
    const answer = await send("PUT", { origin: app, ...user });
    expect([answer.status, answer.headers["access-control-allow-credentials"]]).toEqual([200, "true"]);
    const other = await send("PUT", { origin: "https://evil.example", ...user });
    expect(other.json.error_code).toBe("ORIGIN_NOT_ALLOWED");
    expect(other.headers).not.toHaveProperty("access-control-allow-credentials");
  });
});
