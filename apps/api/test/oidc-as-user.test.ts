import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Stack, startStack, tokens } from "./start-stack.ts";

const audience = "front-door";

let provider: IdentityProvider;
let key: SigningKey;
let stack: Stack;

beforeAll(async () => {
  provider = await startIdentityProvider();
  key = await provider.newKey("first");
  provider.publish("first");
  const { issuer } = provider;
  const both = { OIDC_RUN_AS: "user", OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience };
  const settings = { API_AUTH: "oidc", TRUSTED_PROXIES: "127.0.0.2", ...both };
  stack = await startStack({}, { settings, gatewaySettings: both });
  await stack.workspace.changeCredentials({
    addFederationPolicy: { name: "people", issuer, audiences: [audience], subjectClaim: "email" },
  });
});
afterAll(async () => {
  await stack.close();
  provider.stop();
});
beforeEach(() => stack.workspace.clearRequests());

function jwtOf(user: string, more: object = {}): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const claims = { iss: provider.issuer, aud: audience, sub: `id-of-${user}`, exp };
  return provider.sign(key, { ...claims, email: `${user}@example.com`, email_verified: true, ...more });
}

const get = (path: string, jwt: string, headers = {}, from?: string) =>
  stack.call("GET", path, {
    headers: { authorization: `Bearer ${jwt}`, ...headers },
    ...(from === undefined ? {} : { from }),
  });

describe("API_AUTH=oidc with OIDC_RUN_AS=user", () => {
  it("runs each request as the user of its JWT, also an upload, and never as the gateway", async () => {
    const [alice, bob] = [await jwtOf("alice"), await jwtOf("bob")];
    expect((await get("/api/me", alice)).json.user_name).toBe("alice@example.com");
    expect((await get("/api/me", bob)).json.user_name).toBe("bob@example.com");
    expect((await get("/api/catalogs/finance", alice)).status).toBe(200);
    expect((await get("/api/catalogs/finance", bob)).status).not.toBe(200);
    const upload = await stack.call("PUT", "/api/files?path=/Volumes/main/default/files/by-jwt.txt", {
      headers: { authorization: `Bearer ${alice}`, "content-type": "application/octet-stream" },
      body: "x",
    });
    expect(upload.status).toBeLessThan(300);
    const seen = new Set(stack.workspace.requests().flatMap(({ principal }) => principal ?? []));
    expect([...seen].toSorted()).toEqual(["alice@example.com", "bob@example.com"]);
  });

  it("says in both logs who called, and the JWT in none", async () => {
    const jwt = await jwtOf("bob");
    await get("/api/me", jwt);
    await expect.poll(() => stack.audit.at(-1)?.["caller"]).toBe("bob@example.com");
    const logs = JSON.stringify([stack.log, stack.audit]);
    for (const part of jwt.split(".").slice(1)) expect(logs).not.toContain(part);
  });

  it.each([
    ["of another issuer", { iss: "https://other.example" }],
    ["for another audience", { aud: "other" }],
    ["that has expired", { exp: 1 }],
  ])("does not pass on a JWT %s", async (_, claims) => {
    const answer = await get("/api/me", await jwtOf("bob", claims));
    expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(stack.workspace.requests()).toEqual([]);
  });

  it("refuses a JWT beside a Databricks token of a trusted proxy: they are two identities", async () => {
    const forwarded = { "x-forwarded-access-token": tokens.alice };
    const answer = await get("/api/me", await jwtOf("bob"), forwarded, "127.0.0.2");
    expect([answer.status, answer.json.error_code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(stack.workspace.requests()).toEqual([]);
  });

  it("passes on the gateway's refusal of a JWT that no federation policy matches", async () => {
    const answer = await get("/api/me", await jwtOf("mallory"));
    expect([answer.status, answer.json.error_code]).toEqual([403, "IDENTITY_NOT_ALLOWED"]);
    expect(answer.json.error).toContain("no federation policy of the account matches it");
  });
});
