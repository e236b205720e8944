import { expect, onTestFinished, test, vi } from "vitest";
import {
  AUTHORIZE,
  confidentialApp,
  EXPIRED_SECONDS,
  postForm,
  publicApp,
  redirectOf,
  showPage,
  signIn,
  signInAttempt,
  TOKEN,
} from "../../test/sign-in.ts";
import { startForTest } from "../../test/under-test.ts";

const ME = "/api/2.0/preview/scim/v2/Me";
const ALICE = "alice@example.com";

test("the sign-in page offers every seeded user, says that it is a stand-in, and needs no script", async () => {
  const { call } = await startForTest();
  const { status, headers, bytes } = await showPage(call, signInAttempt(confidentialApp).parameters);
  const html = bytes.toString();
  expect(status).toBe(200);
  expect(html).toContain("This is the local workspace's stand-in for Databricks' sign-in page");
  for (const user of ["alice", "bob", "carol"]) expect(html).toContain(`value="${user}@example.com"`);
  expect(html).not.toContain("<script");
  const policy = String(headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("form-action 'self' http://localhost;");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers["cache-control"]).toBe("no-store");
});

test("the sign-in page escapes what the request brings", async () => {
  const { call } = await startForTest();
  const state = `"><script>alert('1')</script>&`;
  const { bytes } = await showPage(call, signInAttempt(confidentialApp, { state }).parameters);
  expect(bytes.toString()).not.toContain("<script");
  expect(bytes.toString()).toContain(
    `value="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"`,
  );
});

test.each([confidentialApp, publicApp])("$clientId signs in each user as themselves", async (app) => {
  const { call } = await startForTest();
  for (const user of [ALICE, "bob@example.com"]) {
    const { answer, tokens } = await signIn(call, user, app);
    expect(answer.status).toBe(200);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(tokens).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 3600,
      scope: "all-apis offline_access",
    });
    expect((await call("GET", ME, { token: tokens.access_token })).json.userName).toBe(user);
  }
});

test("the redirect carries the code, the state and the issuer", async () => {
  const { call, workspace } = await startForTest();
  const { parameters } = signInAttempt(publicApp);
  const chosen = await postForm(call, AUTHORIZE, { ...parameters, user: ALICE });
  expect(chosen.status).toBe(303);
  expect(redirectOf(chosen)).toEqual({
    to: "http://localhost/auth/callback",
    query: { code: expect.any(String), state: "the-state", iss: `${workspace.url}/oidc` },
  });
});

test("a refusal leads back with access_denied", async () => {
  const { call, workspace } = await startForTest();
  const { parameters } = signInAttempt(publicApp);
  const { query } = redirectOf(await postForm(call, AUTHORIZE, { ...parameters, refuse: "true" }));
  expect(query).toEqual({
    error: "access_denied",
    error_description: "The user refused",
    state: "the-state",
    iss: `${workspace.url}/oidc`,
  });
  const unknown = await postForm(call, AUTHORIZE, { ...parameters, user: "mallory@example.com" });
  expect(redirectOf(unknown).query["error"]).toBe("access_denied");
});

test.each([
  ["an unknown client", { client_id: "nobody" }],
  ["an unregistered host", { redirect_uri: "https://evil.example.com/auth/callback" }],
  ["another path", { redirect_uri: "http://localhost:3001/auth/callback/../evil" }],
  ["a port that is none", { redirect_uri: "http://localhost:3001x/auth/callback" }],
  [
    "a host that begins like this machine",
    { redirect_uri: "http://localhost:3001@evil.example.com/auth/callback" },
  ],
  ["https on this machine", { redirect_uri: "https://localhost:3001/auth/callback" }],
  ["an added query", { redirect_uri: "http://localhost:3001/auth/callback?next=1" }],
  ["no redirect URI", { redirect_uri: "" }],
])("a request with %s is refused without a redirect", async (_, changes) => {
  const { call } = await startForTest();
  const { parameters } = signInAttempt(publicApp, changes);
  for (const answer of [
    await showPage(call, parameters),
    await postForm(call, AUTHORIZE, { ...parameters, user: ALICE }),
  ]) {
    expect(answer.status).toBe(400);
    expect(answer.headers["location"]).toBeUndefined();
    expect(answer.json.error).toBe("invalid_request");
  }
});

test("a duplicate parameter is refused without a redirect", async () => {
  const { call } = await startForTest();
  const { parameters } = signInAttempt(publicApp);
  const query = `${String(new URLSearchParams(parameters))}&redirect_uri=https%3A%2F%2Fevil.example.com`;
  const { status, json } = await call("GET", `${AUTHORIZE}?${query}`, { token: null });
  expect([status, json.error_description]).toEqual([400, "Duplicate parameter redirect_uri"]);
});

test.each([
  [{ response_type: "token" }, "unsupported_response_type"],
  [{ response_mode: "fragment" }, "invalid_request"],
  [{ scope: "all-apis admin" }, "invalid_scope"],
  [{ scope: "" }, "invalid_request"],
  [{ code_challenge: "" }, "invalid_request"],
  [{ code_challenge: "short" }, "invalid_request"],
  [{ code_challenge_method: "plain" }, "invalid_request"],
  [{ code_challenge_method: "" }, "invalid_request"],
])("an authorization request with %j leads back with %s", async (changes, error) => {
  const { call } = await startForTest();
  const { parameters } = signInAttempt(publicApp, changes);
  const { query } = redirectOf(await showPage(call, parameters));
  expect(query).toMatchObject({ error, state: "the-state" });
  expect(query).not.toHaveProperty("code");
});

test("an app whose redirect URL of this machine names no port may use every port there, by the same name", async () => {
  const { call, workspace } = await startForTest();
  const app = {
    ...publicApp,
    clientId: "loopback",
    redirectUrls: ["http://127.0.0.1/back", "http://[::1]/back", "https://app.example.com/back"],
  };
  await workspace.changeCredentials({ addOAuthApp: app });
  const status = async (redirectUri: string) =>
    (await showPage(call, signInAttempt(app, { redirect_uri: redirectUri }).parameters)).status;
  for (const allowed of ["http://127.0.0.1/back", "http://127.0.0.1:4001/back", "http://[::1]:80/back"]) {
    expect(await status(allowed)).toBe(200);
  }
  for (const refused of ["http://localhost:4001/back", "https://app.example.com:4001/back"]) {
    expect(await status(refused)).toBe(400);
  }
});

test("the CLI's app may use every port from 8020 to 8040 of localhost, and no other", async () => {
  const { call } = await startForTest();
  const app = { ...publicApp, clientId: "databricks-cli" };
  const status = async (redirectUri: string) =>
    (await showPage(call, signInAttempt(app, { redirect_uri: redirectUri }).parameters)).status;
  expect(await status("http://localhost:8020")).toBe(200);
  expect(await status("http://localhost:8040")).toBe(200);
  expect(await status("http://localhost:8041")).toBe(400);
  expect(await status("http://localhost:8020@evil.example.com")).toBe(400);
});

test("login_hint signs a user in without the page only where a control says so", async () => {
  const { call, workspace } = await startForTest();
  const { parameters } = signInAttempt(publicApp, { login_hint: ALICE });
  expect((await showPage(call, parameters)).status).toBe(200);
  await workspace.changeCredentials({ signInByHint: true });
  expect(redirectOf(await showPage(call, parameters)).query["code"]).toEqual(expect.any(String));
  const unknown = redirectOf(await showPage(call, { ...parameters, login_hint: "mallory@example.com" }));
  expect(unknown.query["error"]).toBe("access_denied");
  expect((await showPage(call, signInAttempt(publicApp).parameters)).status).toBe(200);
});

test("a code works once: a replay is refused, and ends the sign-in that it began", async () => {
  const { call } = await startForTest();
  const { exchange, tokens, refresh } = await signIn(call, ALICE);
  const replay = await postForm(call, TOKEN, exchange);
  expect([replay.status, replay.json]).toEqual([
    400,
    { error: "invalid_grant", error_description: "The authorization code was used before" },
  ]);
  expect((await call("GET", ME, { token: tokens.access_token })).status).toBe(403);
  expect((await refresh(tokens.refresh_token)).json.error).toBe("invalid_request");
});

test("of many exchanges of one code at once, exactly one gets tokens", async () => {
  const { call } = await startForTest();
  const attempt = signInAttempt(publicApp);
  const { query } = redirectOf(await postForm(call, AUTHORIZE, { ...attempt.parameters, user: ALICE }));
  const exchange = {
    grant_type: "authorization_code",
    code: query["code"]!,
    redirect_uri: attempt.redirectUri,
    code_verifier: attempt.verifier,
    ...attempt.credentials,
  };
  const answers = await Promise.all(Array.from({ length: 10 }, () => postForm(call, TOKEN, exchange)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test.each([
  ["another verifier", { code_verifier: "x".repeat(43) }],
  ["another redirect URI", { redirect_uri: publicApp.redirectUrls[1]! }],
  ["another client", { client_id: "databricks-cli" }],
])("a code is refused with %s, and is then spent", async (_, wrong) => {
  const { call } = await startForTest();
  const attempt = signInAttempt(publicApp);
  const { query } = redirectOf(await postForm(call, AUTHORIZE, { ...attempt.parameters, user: ALICE }));
  const exchange = {
    grant_type: "authorization_code",
    code: query["code"]!,
    redirect_uri: attempt.redirectUri,
    code_verifier: attempt.verifier,
    ...attempt.credentials,
  };
  for (const form of [{ ...exchange, ...wrong }, exchange]) {
    const { status, json } = await postForm(call, TOKEN, form);
    expect([status, json.error]).toEqual([400, "invalid_grant"]);
  }
});

test("a code expires after a minute", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { call } = await startForTest();
  const attempt = signInAttempt(publicApp);
  const { query } = redirectOf(await postForm(call, AUTHORIZE, { ...attempt.parameters, user: ALICE }));
  vi.setSystemTime(Date.now() + 60_000);
  const { json } = await postForm(call, TOKEN, {
    grant_type: "authorization_code",
    code: query["code"]!,
    redirect_uri: attempt.redirectUri,
    code_verifier: attempt.verifier,
    ...attempt.credentials,
  });
  expect(json).toEqual({ error: "invalid_grant", error_description: "The authorization code has expired" });
});

test("a control shortens the life of codes", async () => {
  const { call, workspace } = await startForTest();
  await workspace.changeCredentials({ authorizationCodeSeconds: EXPIRED_SECONDS });
  const { answer } = await signIn(call, ALICE);
  expect([answer.status, answer.json.error]).toEqual([400, "invalid_grant"]);
});
