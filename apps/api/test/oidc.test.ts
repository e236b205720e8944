import { createHmac } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OidcKeysTimes, oidcKeys } from "../src/sign-in/oidc-keys.ts";
import { type LogLine, type Stack, startStack, tokens } from "./start-stack.ts";

const audience = "front-door";
const now = () => Math.floor(Date.now() / 1000);

let provider: IdentityProvider;
let key: SigningKey;
beforeAll(async () => {
  provider = await startIdentityProvider();
  key = await provider.newKey("first");
  provider.publish("first");
});
afterAll(() => provider.stop());

const claims = (more: JWTPayload = {}): JWTPayload => ({
  iss: provider.issuer,
  aud: audience,
  sub: "user-1",
  email: "ann@example.com",
  email_verified: true,
  exp: now() + 300,
  ...more,
});

function without(name: keyof JWTPayload): JWTPayload {
  return Object.fromEntries(Object.entries(claims()).filter(([each]) => each !== name));
}

function unsigned(header: object, payload: object): string {
  return [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}

const find = async (keys: JWTVerifyGetKey, kid: string, alg = "RS256") =>
  keys({ alg, kid }, { payload: "", signature: "" });
const fetches = () => provider.requests.filter((path) => path === "/keys").length;

describe("API_AUTH=oidc", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(
      { failedSignInsPerMinute: 1_000 },
      {
        settings: {
          API_AUTH: "oidc",
          OIDC_ISSUER: provider.issuer,
          OIDC_AUDIENCE: audience,
          TRUSTED_PROXIES: "127.0.0.2",
        },
      },
    );
  });
  afterAll(() => stack.close());
  beforeEach(() => {
    stack.workspace.clearRequests();
    stack.log.api.length = 0;
    calls = 0;
  });

  let calls = 0;
  const me = (authorization: string | string[] | undefined, headers = {}, from?: string) => {
    calls += 1;
    return stack.call("GET", "/api/me", {
      headers: { ...(authorization === undefined ? {} : { authorization }), ...headers },
      ...(from === undefined ? {} : { from }),
    });
  };
  const requestLines = () => stack.log.api.filter((line) => line["msg"] === "request");
  const callerOf = async () => {
    await expect.poll(requestLines).toHaveLength(calls);
    return requestLines().at(-1)?.["caller"];
  };

  it("accepts a JWT of the provider and runs as the gateway; the JWT never reaches Databricks", async () => {
    const jwt = await provider.sign(key, claims());
    const answer = await me(`Bearer ${jwt}`);
    expect([answer.status, answer.json.emails]).toEqual([200, []]);
    expect(JSON.stringify(stack.workspace.requests())).not.toContain(jwt.slice(-20));
    expect(await callerOf()).toBe("ann@example.com");
    expect(JSON.stringify(stack.log)).not.toContain(jwt.slice(-20));
  });

  it("runs as the user whose Databricks token a trusted proxy adds", async () => {
    const jwt = await provider.sign(key, claims());
    const forwarded = { "x-forwarded-access-token": tokens.alice };
    const answer = await me(`Bearer ${jwt}`, forwarded, "127.0.0.2");
    expect(answer.json.user_name).toBe("alice@example.com");
    expect((await me(`Bearer ${jwt}`, forwarded)).json.error_code).toBe("PROXY_NOT_TRUSTED");
  });

  it("names the caller by the verified e-mail address, or else by the subject", async () => {
    for (const email_verified of [true, "true"]) {
      await me(`Bearer ${await provider.sign(key, claims({ email_verified }))}`);
      expect(await callerOf()).toBe("ann@example.com");
    }
    for (const email_verified of [false, "false", undefined, null, 1, "yes", [true]]) {
      await me(`Bearer ${await provider.sign(key, claims({ email_verified }))}`);
      expect(await callerOf()).toBe("user-1");
    }
    await me(`Bearer ${await provider.sign(key, claims({ email: "a\nb" }))}`);
    expect(await callerOf()).toBe("user-1");
    const nameless = await provider.sign(key, { iss: provider.issuer, aud: audience, exp: now() + 60 });
    expect((await me(`Bearer ${nameless}`)).status).toBe(401);
  });

  it("tolerates clocks that differ by a few seconds", async () => {
    const late = await provider.sign(key, claims({ exp: now() - 5, nbf: now() + 5 }));
    expect((await me(`Bearer ${late}`)).status).toBe(200);
  });

  const forgeries: [string, () => Promise<string> | string][] = [
    ["of another issuer", () => provider.sign(key, claims({ iss: "https://other.example" }))],
    ["for another audience", () => provider.sign(key, claims({ aud: "other" }))],
    ["for no audience", () => provider.sign(key, without("aud"))],
    ["that has expired", () => provider.sign(key, claims({ exp: now() - 60 }))],
    ["that never expires", () => provider.sign(key, without("exp"))],
    ["that is not valid yet", () => provider.sign(key, claims({ nbf: now() + 120 }))],
    ["that nobody signed", () => `${unsigned({ alg: "none" }, claims())}.`],
    ["that nobody signed, with a kid", () => `${unsigned({ alg: "none", kid: "first" }, claims())}.`],
    [
      "signed with the public key as a shared secret",
      () => {
        const signed = unsigned({ alg: "HS256", kid: "first" }, claims());
        return `${signed}.${createHmac("sha256", key.publicPem).update(signed).digest("base64url")}`;
      },
    ],
    [
      "of a key that is not the provider's",
      async () => provider.sign(await provider.newKey("first"), claims()),
    ],
    ["of a key id that nobody knows", () => provider.sign(key, claims(), { kid: "unknown" })],
    [
      "with another payload under its signature",
      async () => {
        const [header, , signature] = (await provider.sign(key, claims())).split(".");
        const payload = Buffer.from(JSON.stringify(claims({ email: "eve@example.com" })));
        return [header, payload.toString("base64url"), signature].join(".");
      },
    ],
    [
      "that brings its own key",
      async () => {
        const header = { alg: "RS256", jku: "http://127.0.0.1:1/keys", x5u: "http://127.0.0.1:1/cert" };
        return `${unsigned(header, claims())}.AAAA`;
      },
    ],
    ["that is a Databricks token", () => tokens.alice],
    ["that is no JWT", () => "a.b.c"],
    ["of five parts", () => "a.b.c.d.e"],
  ];
  it.each(forgeries)("refuses a token %s", async (_what, make) => {
    const answer = await me(`Bearer ${await make()}`);
    expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer realm="Databricks Front Door"/);
    expect(answer.text).not.toMatch(/jose|claim|signature/i);
    expect(stack.workspace.requests()).toEqual([]);
  });

  it.each([undefined, "", "Basic YTpi", "Bearer", ["Bearer a", "Bearer b"]])(
    "refuses %j and never runs as the gateway",
    async (authorization) => {
      const answer = await me(authorization);
      expect([answer.status, stack.workspace.requests()]).toEqual([401, []]);
    },
  );

  it("does not ask the provider again for each unknown key id", async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) =>
        me(`Bearer ${await provider.sign(key, claims(), { kid: `k${at}` })}`),
      ),
    );
    expect(provider.requests.filter((path) => path === "/keys").length).toBeLessThanOrEqual(3);
  });

  it("names the provider in the OpenAPI document", async () => {
    const { json } = await stack.call("GET", "/openapi.json");
    expect(json.components.securitySchemes).toMatchObject({
      openId: {
        type: "openIdConnect",
        openIdConnectUrl: `${provider.issuer}/.well-known/openid-configuration`,
      },
    });
    expect(json.paths["/api/me"].get.security).toEqual([{ openId: [] }]);
  });
});

describe("the keys of the provider", () => {
  const lines: LogLine[] = [];
  const logger = pino({}, { write: (line) => void lines.push(JSON.parse(line) as LogLine) });
  afterEach(async () => {
    await provider.start();
    provider.overrides = {};
    provider.publish("first");
    lines.length = 0;
  });
  const times: OidcKeysTimes = { freshMs: 60_000, staleMs: 60_000, pauseMs: 50, timeoutMs: 1_000 };
  const keysWith = (more: Partial<OidcKeysTimes> = {}, issuer = provider.issuer) =>
    oidcKeys(issuer, logger, { ...times, ...more });

  it("are fetched once for twenty simultaneous callers", async () => {
    const before = fetches();
    const keys = keysWith();
    await Promise.all(Array.from({ length: 20 }, () => find(keys, "first")));
    expect(fetches() - before).toBe(1);
  });

  it("may rotate: a new key is accepted at once, and a withdrawn one is refused", async () => {
    const keys = keysWith();
    await find(keys, "first");
    await provider.newKey("second", "ES256");
    provider.publish("second");
    await delay(60);
    await expect(find(keys, "second", "ES256")).resolves.toBeDefined();
    await expect(find(keys, "first")).rejects.toMatchObject({ code: "ERR_JWKS_NO_MATCHING_KEY" });
  });

  it("stay in use while the provider is unavailable, and are refreshed in the background afterwards", async () => {
    const keys = keysWith({ freshMs: 10 });
    await find(keys, "first");
    provider.stop();
    await delay(100);
    for (let count = 0; count < 3; count += 1) {
      await expect(find(keys, "first")).resolves.toBeDefined();
      await delay(60);
    }
    await expect.poll(() => lines.filter((line) => line["level"] === 50).length).toBeGreaterThan(0);
    await expect(find(keys, "unknown")).rejects.toMatchObject({ code: "SIGN_IN_UNAVAILABLE", status: 503 });
    await provider.start();
    await delay(60);
    const before = fetches();
    await find(keys, "first");
    await expect.poll(() => fetches()).toBe(before + 1);
  });

  it("are not requested for each invented key id while the provider fails", async () => {
    provider.overrides = { jwks_uri: `${provider.issuer}/no` };
    const keys = keysWith({ pauseMs: 60_000 });
    await expect(find(keys, "first")).rejects.toMatchObject({ code: "SIGN_IN_UNAVAILABLE" });
    const before = provider.requests.length;
    for (let count = 0; count < 10; count += 1) {
      await expect(find(keys, `invented-${count}`)).rejects.toMatchObject({ code: "SIGN_IN_UNAVAILABLE" });
    }
    expect(provider.requests.length).toBe(before);
  });

  it("are not used when they are too old, which returns 503 and not 401", async () => {
    const keys = keysWith({ freshMs: 10, staleMs: 500 });
    await find(keys, "first");
    provider.stop();
    await delay(550);
    await expect(find(keys, "first")).rejects.toMatchObject({ code: "SIGN_IN_UNAVAILABLE", status: 503 });
    await provider.start();
    await delay(60);
    await expect(find(keys, "first")).resolves.toBeDefined();
  });

  it.each([
    ["is down", () => provider.stop(), /fetch failed.*ECONNREFUSED/],
    [
      "names another issuer",
      () => (provider.overrides = { issuer: "https://other.example" }),
      /another issuer/,
    ],
    [
      "serves its keys without TLS",
      () => (provider.overrides = { jwks_uri: "http://keys.example" }),
      /https/,
    ],
    ["answers 404 for its keys", () => (provider.overrides = { jwks_uri: `${provider.issuer}/no` }), /404/],
    [
      "redirects to its keys",
      () => (provider.overrides = { jwks_uri: `${provider.issuer}/moved` }),
      /unexpected redirect/,
    ],
    [
      "serves something else in place of its keys",
      () => (provider.overrides = { jwks_uri: `${provider.issuer}/.well-known/openid-configuration` }),
      /expected array/,
    ],
  ])(
    "are missing when the provider %s: 503, with the reason in the log, until it recovers",
    async (_how, breakIt, reason) => {
      breakIt();
      const keys = keysWith();
      await expect(find(keys, "first")).rejects.toMatchObject({ code: "SIGN_IN_UNAVAILABLE", status: 503 });
      await expect(find(keys, "first")).rejects.toMatchObject({ retryAfterSeconds: 5 });
      expect(lines[0]).toMatchObject({ level: 50, cause: expect.stringMatching(reason) });
      await provider.start();
      provider.overrides = {};
      await delay(60);
      await expect(find(keys, "first")).resolves.toBeDefined();
    },
  );
});
