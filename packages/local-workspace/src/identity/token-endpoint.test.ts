import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  AUTHORIZE,
  confidentialApp,
  postForm,
  publicApp,
  redirectOf,
  signIn,
  signInAttempt,
  TOKEN,
} from "../../test/sign-in.ts";
import {
  FILES,
  gatewayPrincipal,
  startForTest,
  temporaryDir,
  UC,
  type UnderTest,
} from "../../test/under-test.ts";
import { defaultSeed } from "../index.ts";

const ME = "/api/2.0/preview/scim/v2/Me";
const ALICE = "alice@example.com";
const { applicationId, clientSecret } = gatewayPrincipal!;

async function statusOf(call: UnderTest["call"], token: string): Promise<number> {
  return (await call("GET", ME, { token })).status;
}

test("a refresh returns new tokens, and the previous access token stays valid", async () => {
  const { call } = await startForTest();
  const { tokens, refresh } = await signIn(call, ALICE);
  const { status, json } = await refresh(tokens.refresh_token);
  expect(status).toBe(200);
  expect(json.access_token).not.toBe(tokens.access_token);
  expect(json.refresh_token).not.toBe(tokens.refresh_token);
  expect(await statusOf(call, json.access_token)).toBe(200);
  expect(await statusOf(call, tokens.access_token)).toBe(200);
  expect((await refresh(json.refresh_token)).status).toBe(200);
});

test("using a single-use refresh token twice ends the whole sign-in, and no other", async () => {
  const { call } = await startForTest();
  const other = await signIn(call, ALICE);
  const { tokens, refresh } = await signIn(call, ALICE);
  const next = await refresh(tokens.refresh_token);
  const again = await refresh(tokens.refresh_token);
  expect([again.status, again.json.error]).toEqual([400, "invalid_grant"]);
  expect((await refresh(next.json.refresh_token)).json.error).toBe("invalid_request");
  expect(await statusOf(call, next.json.access_token)).toBe(403);
  expect(await statusOf(call, other.tokens.access_token)).toBe(200);
  expect((await other.refresh(other.tokens.refresh_token)).status).toBe(200);
});

test("a spent refresh token ends the sign-in also when it is used again after its expiry", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { call, workspace } = await startForTest();
  await workspace.changeCredentials({ refreshTokenSeconds: 60 });
  const { tokens, refresh } = await signIn(call, ALICE);
  await workspace.changeCredentials({ refreshTokenSeconds: 3600 });
  const next = await refresh(tokens.refresh_token);
  vi.setSystemTime(Date.now() + 61_000);
  // A write drops what nobody can use any more.
  await signIn(call, ALICE);
  expect((await refresh(tokens.refresh_token)).json.error).toBe("invalid_grant");
  expect(await statusOf(call, next.json.access_token)).toBe(403);
});

test("of many refreshes with one single-use token at once, exactly one gets tokens", async () => {
  const { call } = await startForTest();
  const { tokens, refresh } = await signIn(call, ALICE);
  const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(tokens.refresh_token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test("an app without single-use refresh tokens goes on with the same one", async () => {
  const { call } = await startForTest();
  const { tokens, refresh } = await signIn(call, ALICE, publicApp);
  for (let at = 0; at < 2; at += 1) {
    const { status, json } = await refresh(tokens.refresh_token);
    expect([status, json.refresh_token]).toEqual([200, tokens.refresh_token]);
  }
});

test("a refresh token belongs to its client, and cannot ask for more scopes than the sign-in had", async () => {
  const { call } = await startForTest();
  const { tokens, refresh } = await signIn(call, ALICE, publicApp, { scope: "sql offline_access" });
  const foreign = await postForm(call, TOKEN, {
    grant_type: "refresh_token",
    refresh_token: tokens.refresh_token,
    client_id: confidentialApp.clientId,
    client_secret: confidentialApp.clientSecret!,
  });
  expect([foreign.status, foreign.json]).toEqual([
    400,
    { error: "invalid_request", error_description: "Refresh token is invalid" },
  ]);
  expect((await refresh(tokens.refresh_token, { scope: "all-apis" })).json.error).toBe("invalid_scope");
  const narrowed = await refresh(tokens.refresh_token, { scope: "sql" });
  expect(narrowed.json).toMatchObject({ scope: "sql", refresh_token: expect.any(String) });
});

test("a token opens what its scopes open", async () => {
  const { call } = await startForTest();
  const tokenFor = async (scope: string) =>
    (await signIn(call, ALICE, publicApp, { scope })).tokens.access_token as string;
  const pathOf = {
    sql: "/api/2.0/sql/warehouses",
    "unity-catalog": `${UC}/catalogs`,
    files: `${FILES}/README.txt`,
    "iam.current-user:read": ME,
  };
  const opened = async (scope: string) => {
    const token = await tokenFor(scope);
    const names: string[] = [];
    for (const [name, path] of Object.entries(pathOf)) {
      if ((await call("GET", path, { token })).status === 200) names.push(name);
    }
    return names;
  };
  expect(await opened("all-apis")).toEqual(Object.keys(pathOf));
  expect(await opened("openid profile email")).toEqual([]);
  for (const scope of Object.keys(pathOf)) expect(await opened(scope)).toEqual([scope]);
  const { json } = await call("GET", pathOf["unity-catalog"], { token: await tokenFor("sql") });
  const message = "Provided OAuth token does not have required scopes: unity-catalog";
  expect(json).toEqual({ error_code: 403, message });
});

test("without offline_access there is no refresh token", async () => {
  const { call } = await startForTest();
  const { tokens } = await signIn(call, ALICE, publicApp, { scope: "all-apis" });
  expect(tokens).not.toHaveProperty("refresh_token");
});

test("an access token is no refresh token, and a refresh token or a code is no access token", async () => {
  const { call } = await startForTest();
  const { tokens, exchange, refresh } = await signIn(call, ALICE, publicApp);
  expect((await refresh(tokens.access_token)).status).toBe(400);
  expect(await statusOf(call, tokens.refresh_token)).toBe(403);
  expect(await statusOf(call, exchange.code)).toBe(403);
});

test("a confidential app needs its secret, and a public app has none", async () => {
  const { call } = await startForTest();
  for (const [app, credentials] of [
    [confidentialApp, { client_id: confidentialApp.clientId }],
    [confidentialApp, { client_id: confidentialApp.clientId, client_secret: "wrong" }],
    [publicApp, { client_id: publicApp.clientId, client_secret: "any" }],
    [publicApp, { client_id: "nobody" }],
  ] as const) {
    const attempt = signInAttempt(app);
    const { query } = redirectOf(await postForm(call, AUTHORIZE, { ...attempt.parameters, user: ALICE }));
    const { status, json } = await postForm(call, TOKEN, {
      grant_type: "authorization_code",
      code: query["code"]!,
      redirect_uri: attempt.redirectUri,
      code_verifier: attempt.verifier,
      ...credentials,
    });
    expect([status, json.error]).toEqual([401, "invalid_client"]);
  }
});

test("a public app may name itself by Basic authentication with an empty password", async () => {
  const { call } = await startForTest();
  const { tokens } = await signIn(call, ALICE, publicApp);
  const { status } = await call("POST", TOKEN, {
    token: null,
    headers: { authorization: `Basic ${Buffer.from(`${publicApp.clientId}:`).toString("base64")}` },
    body: `grant_type=refresh_token&refresh_token=${tokens.refresh_token}`,
  });
  expect(status).toBe(200);
});

test("a service principal's secret is accepted in the form and as encoded Basic authentication, but not twice", async () => {
  const { call } = await startForTest();
  const grant = { grant_type: "client_credentials", scope: "all-apis" };
  const inForm = { ...grant, client_id: applicationId, client_secret: clientSecret };
  expect((await postForm(call, TOKEN, inForm)).status).toBe(200);
  const encoded = `${applicationId}:${clientSecret}`.replaceAll("-", "%2D");
  const basic = async (form: Record<string, string>) =>
    call("POST", TOKEN, {
      token: null,
      headers: { authorization: `Basic ${Buffer.from(encoded).toString("base64")}` },
      body: String(new URLSearchParams(form)),
    });
  expect((await basic(grant)).status).toBe(200);
  expect((await basic(inForm)).json.error).toBe("invalid_request");
  expect((await basic({ ...grant, client_id: "another" })).json.error).toBe("invalid_request");
  expect((await postForm(call, TOKEN, { ...grant, client_id: applicationId })).status).toBe(401);
});

test("a token request names an app of the workspace: a service principal cannot redeem a code", async () => {
  const { call } = await startForTest();
  const { exchange } = await signIn(call, ALICE);
  const answer = await postForm(call, TOKEN, {
    ...exchange,
    client_id: applicationId,
    client_secret: clientSecret,
  });
  expect([answer.status, answer.json.error]).toEqual([401, "invalid_client"]);
  const app = await postForm(call, TOKEN, {
    grant_type: "client_credentials",
    scope: "all-apis",
    client_id: confidentialApp.clientId,
    client_secret: confidentialApp.clientSecret!,
  });
  expect([app.status, app.json.error]).toEqual([401, "invalid_client"]);
});

test.each([
  ["grant_type=", "invalid_request"],
  ["grant_type=refresh_token&grant_type=refresh_token", "invalid_request"],
  ["grant_type=password", "unsupported_grant_type"],
  ["grant_type=constructor", "unsupported_grant_type"],
  ['{"grant_type":"refresh_token"}', "invalid_request"],
])("the token endpoint answers %s with %s", async (body, error) => {
  const { call } = await startForTest();
  const answer = await call("POST", TOKEN, { token: null, body });
  expect([answer.status, answer.json.error]).toEqual([400, error]);
});

test("a sign-in survives a restart, also what of it was spent, and the state folder has only digests", async () => {
  const dir = await temporaryDir();
  const first = await startForTest({ dir });
  const { tokens, credentials } = await signIn(first.call, ALICE);
  const spent = tokens.refresh_token;
  const refresh = (call: UnderTest["call"], token: string) =>
    postForm(call, TOKEN, { grant_type: "refresh_token", refresh_token: token, ...credentials });
  const { json } = await refresh(first.call, spent);
  await first.workspace.close();

  const stored = await readFile(join(dir, "tokens.json"), "utf8");
  for (const secret of [tokens.access_token, spent, json.refresh_token]) expect(stored).not.toContain(secret);

  const { call } = await startForTest({ dir });
  expect(await statusOf(call, json.access_token)).toBe(200);
  const next = await refresh(call, json.refresh_token);
  expect(next.status).toBe(200);
  expect((await refresh(call, spent)).json.error).toBe("invalid_grant");
  expect(await statusOf(call, next.json.access_token)).toBe(403);
});

test("tokens that an earlier version stored are still valid", async () => {
  const dir = await temporaryDir();
  const first = await startForTest({ dir });
  const grant = { grant_type: "client_credentials", scope: "all-apis" };
  const { json } = await postForm(first.call, TOKEN, {
    ...grant,
    client_id: applicationId,
    client_secret: clientSecret,
  });
  await first.workspace.close();
  const file = join(dir, "tokens.json");
  const stored = JSON.parse(await readFile(file, "utf8")) as { kind?: string; scope?: string }[];
  for (const one of stored) {
    delete one.kind;
    delete one.scope;
  }
  await writeFile(file, JSON.stringify(stored));
  const { call } = await startForTest({ dir });
  expect(await statusOf(call, json.access_token)).toBe(200);
});

test("a user who is no longer in the seed cannot refresh", async () => {
  const dir = await temporaryDir();
  const first = await startForTest({ dir });
  const { tokens, credentials } = await signIn(first.call, "bob@example.com");
  await first.workspace.close();
  const seedFile = join(await temporaryDir(), "seed.json");
  const users = defaultSeed.users.filter(({ userName }) => userName !== "bob@example.com");
  await writeFile(seedFile, JSON.stringify({ ...defaultSeed, users }));
  const { call } = await startForTest({ dir, seedFile });
  const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, ...credentials };
  expect((await postForm(call, TOKEN, form)).json.error).toBe("invalid_grant");
  expect(await statusOf(call, tokens.access_token)).toBe(403);
});

test("an app has its own lifetimes, and the controls override them", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { call, workspace } = await startForTest();
  const app = {
    ...publicApp,
    clientId: "short",
    accessTokenSeconds: 120,
    refreshTokenSeconds: 60,
  };
  await workspace.changeCredentials({ addOAuthApp: app });
  const short = await signIn(call, ALICE, app);
  expect(short.tokens.expires_in).toBe(120);
  vi.setSystemTime(Date.now() + 60_000);
  expect((await short.refresh(short.tokens.refresh_token)).json.error_description).toBe(
    "Refresh token is invalid",
  );
  await workspace.changeCredentials({ oauthTokenSeconds: 7, refreshTokenSeconds: 60 });
  const long = await signIn(call, ALICE, app);
  const refreshed = await long.refresh(long.tokens.refresh_token);
  expect([refreshed.status, refreshed.json.expires_in]).toEqual([200, 7]);
});

test("a principal's tokens can be revoked, all or those of one kind", async () => {
  const { call } = await startForTest();
  const alice = await signIn(call, ALICE, publicApp);
  const bob = await signIn(call, "bob@example.com", publicApp);
  const revoke = async (body: object) =>
    (await call("POST", "/_local/credentials", { token: null, body: { revokeIssuedTokensOf: body } })).status;
  expect(await revoke({ principal: ALICE, kind: "refresh" })).toBe(200);
  expect((await alice.refresh(alice.tokens.refresh_token)).status).toBe(400);
  expect(await statusOf(call, alice.tokens.access_token)).toBe(200);
  expect(await revoke({ principal: ALICE })).toBe(200);
  expect(await statusOf(call, alice.tokens.access_token)).toBe(403);
  expect((await bob.refresh(bob.tokens.refresh_token)).status).toBe(200);
  expect(await revoke({ principal: "nobody" })).toBe(400);
});

test("an id token is signed with a published key, says who signed in, and repeats the nonce", async () => {
  const dir = await temporaryDir();
  const { call, workspace } = await startForTest({ dir });
  const { tokens } = await signIn(call, ALICE, confidentialApp, {
    scope: "openid profile email",
    nonce: "the-nonce",
  });
  const keys = createRemoteJWKSet(new URL(`${workspace.url}/oidc/jwks.json`));
  const expected = { issuer: `${workspace.url}/oidc`, audience: confidentialApp.clientId };
  const { payload, protectedHeader } = await jwtVerify(tokens.id_token, keys, expected);
  expect(protectedHeader.alg).toBe("RS256");
  expect(payload).toMatchObject({ sub: ALICE, email: ALICE, name: "Alice Adams", nonce: "the-nonce" });
  const published = (await call("GET", "/oidc/jwks.json", { token: null })).json.keys;
  expect(Object.keys(published[0]).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);

  await workspace.close();
  const restarted = await startForTest({ dir });
  expect((await restarted.call("GET", "/oidc/jwks.json", { token: null })).json.keys).toEqual(published);
});

test("a sign-in without openid has no id token", async () => {
  const { call } = await startForTest();
  expect((await signIn(call, ALICE)).tokens).not.toHaveProperty("id_token");
});
