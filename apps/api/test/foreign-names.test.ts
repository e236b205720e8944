import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import type { JWTPayload } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashApiKey, parseApiKeys } from "../src/sign-in/api-keys.ts";
import { rawRequest, refusalOf } from "./raw-request.ts";
import { type Stack, startStack, tokens } from "./start-stack.ts";

// Nobody from outside may have the name of one of our own callers in the audit log, or run as the gateway by mistake.

const audience = "front-door";
const ownOrHidden = [
  "internal",
  "anonymous",
  "Internal",
  " anonymous ",
  "internal\u202e",
  "inter\u200bnal",
  "ann\u2066@example.com",
  "ann\u3164",
];

let stack: Stack;
let provider: IdentityProvider;
let key: SigningKey;
beforeAll(async () => {
  provider = await startIdentityProvider();
  key = await provider.newKey("first");
  provider.publish("first");
});
afterAll(() => provider.stop());

function withStack(settings: Record<string, string>) {
  beforeAll(async () => {
    stack = await startStack(
      { failedSignInsPerMinute: 1_000 },
      {
        settings:
          settings["API_AUTH"] === "oidc"
            ? { ...settings, OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: audience }
            : settings,
      },
    );
  });
  afterAll(() => stack.close());
  beforeEach(() => {
    stack.workspace.clearRequests();
    stack.audit.length = 0;
  });
}

function sign(claims: JWTPayload, header = {}): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 300;
  return provider.sign(key, { iss: provider.issuer, aud: audience, exp, ...claims }, header);
}

const me = async (claims: JWTPayload, header = {}) =>
  stack.call("GET", "/api/me", { headers: { authorization: `Bearer ${await sign(claims, header)}` } });
const callerOfAudit = async () => {
  await expect.poll(() => stack.audit).toHaveLength(1);
  return stack.audit[0]?.["caller"];
};

describe("a JWT", () => {
  withStack({ API_AUTH: "oidc" });

  it.each(ownOrHidden)("is refused if its subject is %j", async (sub) => {
    const answer = await me({ sub });
    expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
    expect([stack.workspace.requests(), stack.audit]).toEqual([[], []]);
  });

  it.each(ownOrHidden)("names the caller by its subject if its e-mail address is %j", async (email) => {
    expect((await me({ sub: "user-1", email, email_verified: true })).status).toBe(200);
    expect(await callerOfAudit()).toBe("user-1");
  });

  it.each([undefined, false, "false", null, 1, "1", "yes", [true]])(
    "names the caller by its subject with email_verified: %j",
    async (email_verified) => {
      const claims = { sub: "user-1", email: "boss@example.com" };
      await me(email_verified === undefined ? claims : { ...claims, email_verified });
      expect(await callerOfAudit()).toBe("user-1");
    },
  );

  it.each([
    "logout+jwt",
    "LOGOUT+JWT",
    "application/logout+jwt",
    "secevent+jwt",
    "dpop+jwt",
    "oauth-authz-req+jwt",
    "token-introspection+jwt",
    "entity-statement+jwt",
    "kb+jwt",
    "",
  ])("of the type %j is refused, because it is not an access token", async (typ) => {
    const answer = await me({ sub: "user-1" }, { typ });
    expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("with the claim `events` is refused as a logout token, whatever its type", async () => {
    const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
    expect((await me({ sub: "user-1", events }, { typ: "JWT" })).status).toBe(401);
    expect((await me({ sub: "user-1", events })).status).toBe(401);
  });

  it.each([undefined, "JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"])(
    "of the type %j is accepted",
    async (typ) => {
      expect((await me({ sub: "user-1" }, typ === undefined ? {} : { typ })).status).toBe(200);
    },
  );
});

describe("with OIDC_NAME_CLAIM=email, a JWT", () => {
  withStack({ API_AUTH: "oidc", OIDC_NAME_CLAIM: "email" });

  it("is accepted only with a verified e-mail address", async () => {
    const claims = { sub: "user-1", email: "ann@example.com" };
    const refused = await me(claims);
    expect([refused.status, refused.json.error]).toEqual([401, expect.stringContaining("email_verified")]);
    expect((await me({ ...claims, email_verified: true })).status).toBe(200);
    expect(await callerOfAudit()).toBe("ann@example.com");
  });
});

describe("a name from a trusted proxy", () => {
  withStack({ API_AUTH: "forwarded", TRUSTED_PROXIES: "loopback" });

  it.each(ownOrHidden)("cannot be %j", async (name) => {
    const headers = { "x-forwarded-email": Buffer.from(name).toString("latin1") };
    const answer = await stack.call("GET", "/api/me", { headers });
    expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
    expect([stack.workspace.requests(), stack.audit]).toEqual([[], []]);
  });
});

it.each(["internal", "Anonymous", "anonymous "])("an API key cannot have the name %j", (name) => {
  const line = JSON.stringify({ name, sha256: "0".repeat(64), operations: ["*"] });
  expect(() => parseApiKeys(line)).toThrow(/^line 1: name must not be `anonymous` or `internal`/);
});

/** The request's status and code; nothing may have reached Databricks. */
async function refusalWith(header: string, more: readonly string[] = []): Promise<string> {
  const head = ["GET /api/me HTTP/1.1", "Host: localhost", "Connection: close", header, ...more, "", ""];
  // The titles have the headers, and no title shows a token.
  const reply = await rawRequest(stack.port, head.join("\r\n").replace("<token>", tokens.alice));
  expect(stack.workspace.requests()).toEqual([]);
  return refusalOf(reply);
}

const misread = [
  "Proxy-Authorization: Bearer <token>",
  "proxy-authorization: bearer <token>",
  "Proxy-Authorization: Basic YTpi",
  "Proxy-Authorization:",
  "X_Forwarded_Access_Token: <token>",
  "X-Forwarded-Access_Token: <token>",
  "x_forwarded_email: alice@example.com",
  "X_FORWARDED_USER: alice",
  "X_Forwarded_Preferred_Username: alice",
  "X_Api_Key: fdk_x",
  "Proxy_Authorization: Bearer <token>",
];

describe("with API_AUTH=none,", () => {
  withStack({});
  it.each(misread)(
    "an identity header that is not read returns 401, and the request does not run: %s",
    async (header) => {
      expect(await refusalWith(header)).toBe("401 UNAUTHENTICATED");
    },
  );

  it("headers with underscores that name no identity are ignored", async () => {
    const headers = { x_trace_id: "1", my_authorization: "x" };
    expect((await stack.call("GET", "/api/me", { headers })).status).toBe(200);
  });

  it("routes that need no sign-in ignore credentials", async () => {
    const headers = { "proxy-authorization": "Bearer x" };
    expect((await stack.call("GET", "/health", { headers })).status).toBe(200);
  });
});

describe("with API_AUTH=forwarded,", () => {
  withStack({ API_AUTH: "forwarded", TRUSTED_PROXIES: "loopback" });
  it.each(misread)(
    "an identity header that is not read returns 401, and the request does not run: %s",
    async (header) => {
      expect(await refusalWith(header, ["X-Forwarded-Email: bob@example.com"])).toBe("401 UNAUTHENTICATED");
    },
  );
});

describe("with API_AUTH=api-key,", () => {
  const file = join(mkdtempSync(join(tmpdir(), "api-keys-")), "keys.jsonl");
  const good = `fdk_${"x".repeat(43)}`;
  writeFileSync(file, JSON.stringify({ name: "ci", sha256: hashApiKey(good), operations: ["*"] }));
  withStack({ API_AUTH: "api-key", API_KEYS_FILE: file });
  it.each(misread)(
    "an identity header that is not read returns 401, and the request does not run: %s",
    async (header) => {
      expect(await refusalWith(header, [`X-Api-Key: ${good}`])).toBe("401 UNAUTHENTICATED");
    },
  );
});
