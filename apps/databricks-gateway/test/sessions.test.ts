import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  errorOf,
  type GatewayUnderTest,
  startGateway,
  startWorkspace,
  tokenOf,
  until,
} from "./gateway-under-test.ts";
import { app, appSettings, beginSignIn, complete, redirectUri, signIn } from "./sign-in-under-test.ts";

const asAlice = { DATABRICKS_TOKEN: tokenOf.alice };
const hourMs = 3_600_000;
const hourSeconds = 3_600;

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace();
  await workspace.changeCredentials({ addOAuthApp: app, signInByHint: true });
});
afterAll(() => workspace.close());
// A gateway that failed to refresh a token waits five seconds, so each test has its own.
beforeEach(async () => {
  gateway = await startGateway(workspace.url, { ...asAlice, ...appSettings });
});
afterEach(async () => {
  vi.useRealTimers();
  workspace.clearFaults();
  workspace.clearRequests();
  await workspace.changeCredentials({ oauthTokenSeconds: hourSeconds });
  await gateway.close();
});

const me = (session: string) => gateway.run("me", {}, { session });
const look = (session: string) => gateway.run("get_session", {}, { session });
const tokenRequests = () => workspace.requests().filter(({ path }) => path === "/oidc/v1/token").length;
const revoke = (kind: "access" | "refresh") =>
  workspace.changeCredentials({ revokeIssuedTokensOf: { principal: "bob@example.com", kind } });
const statusesOf = async (session: string, count: number) => {
  const answers = await Promise.all(Array.from({ length: count }, () => me(session)));
  return [...new Set(answers.map(({ status, body }) => `${status} ${body.user_name ?? body.error_code}`))];
};
/** Lets time pass, for this process and the workspace in it. */
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const fakeDate = () => vi.useFakeTimers({ toFake: ["Date"] });
/** A session whose token is in its last seconds, so that the next request needs another one. */
const signInWithOldToken = async (user: string) => {
  await workspace.changeCredentials({ oauthTokenSeconds: 5 });
  const session = await signIn(gateway, user);
  await workspace.changeCredentials({ oauthTokenSeconds: hourSeconds });
  workspace.clearRequests();
  return session;
};

describe("a session", () => {
  test("runs operations as the person who signed in", async () => {
    const [alice, bob] = [await signIn(gateway, "alice"), await signIn(gateway, "bob")];
    expect(alice).toMatch(/^fds_[\w-]{43}$/);
    expect((await me(alice)).body.user_name).toBe("alice@example.com");
    expect((await me(bob)).body.user_name).toBe("bob@example.com");
    expect((await gateway.run("get_catalog", { name: "finance" }, { session: bob })).status).not.toBe(200);
    expect((await gateway.run("get_catalog", { name: "finance" }, { session: alice })).status).toBe(200);
    const upload = await gateway.upload({ path: "/Volumes/main/default/files/by-session.txt" }, "x", {
      session: alice,
    });
    expect(upload.status).toBe(200);
  });

  test("that nobody began returns 401 SESSION_ENDED, which no repetition cures, and runs as nobody", async () => {
    workspace.clearRequests();
    const answer = await me(`fds_${"x".repeat(43)}`);
    expect(answer.body).toMatchObject({ status: 401, error_code: "SESSION_ENDED", retryable: false });
    expect(workspace.requests()).toEqual([]);
  });

  test.each([
    ["too short", { session: "fds_short" }],
    ["beside a token", { session: `fds_${"x".repeat(43)}`, token: tokenOf.bob }],
    ["beside a host", { session: `fds_${"x".repeat(43)}`, host: "https://w.example.com" }],
  ])("that is %s returns 400", async (_, auth) => {
    const answer = await gateway.run("me", {}, auth);
    expect(errorOf(answer)).toMatchObject({ status: 400, error_code: "INVALID_PARAMETER_VALUE" });
  });

  test("is good for the workspace of the sign-in alone", async () => {
    const several = await startGateway(workspace.url, {
      ...asAlice,
      ...appSettings,
      DATABRICKS_CONFIG_FILE: "/dev/null",
    });
    const session = await signIn(several, "bob");
    const named = await several.run("me", {}, { session, workspace: "default" });
    expect(named.body.user_name).toBe("bob@example.com");
    const unknown = await several.run("me", {}, { session, workspace: "lab" });
    expect(errorOf(unknown).error_code).toBe("UNKNOWN_WORKSPACE");
    await several.close();
  });

  test("is a caller's identity to IDENTITY_POLICY, and signing in is up to no policy", async () => {
    const policies = {
      IDENTITY_POLICY_OPERATIONS: "me=service",
      READ_ONLY: "true",
      ALLOWED_OPERATIONS: "me,get_catalog",
    };
    const strict = await startGateway(workspace.url, {
      ...asAlice,
      ...appSettings,
      ...policies,
      IDENTITY_POLICY: "user",
    });
    const session = await signIn(strict, "bob");
    const refused = await strict.run("me", {}, { session });
    expect(errorOf(refused).error_code).toBe("IDENTITY_NOT_ALLOWED");
    // Nobody with a session has a token to leave out.
    expect(errorOf(refused).error).not.toContain("token");
    expect((await strict.run("get_catalog", { name: "main" }, { session })).status).toBe(200);
    expect((await strict.run("end_session", {}, { session })).status).toBe(200);
    await strict.close();
  });

  test("that has ended is forgotten with its tokens, and stays so however often it is ended", async () => {
    const session = await signIn(gateway, "bob");
    expect((await gateway.run("end_session", {}, { session })).status).toBe(200);
    expect(errorOf(await me(session)).error_code).toBe("SESSION_ENDED");
    expect(errorOf(await look(session)).error_code).toBe("SESSION_ENDED");
    expect((await gateway.run("end_session", {}, { session })).status).toBe(200);
  });

  test("ends when nobody has used it for SESSION_IDLE_MINUTES; looking at it is no use", async () => {
    fakeDate();
    const session = await signIn(gateway, "bob");
    pass(1.5 * hourMs);
    expect((await me(session)).status).toBe(200);
    pass(1.5 * hourMs);
    expect((await look(session)).status).toBe(200);
    pass(hourMs);
    expect(errorOf(await me(session)).error_code).toBe("SESSION_ENDED");
  });

  test("ends after SESSION_MAX_HOURS, however much it is used", async () => {
    fakeDate();
    const session = await signIn(gateway, "bob");
    for (let hour = 0; hour < 11; hour += 1) {
      pass(hourMs);
      expect((await me(session)).status).toBe(200);
    }
    pass(hourMs);
    expect(errorOf(await me(session)).error_code).toBe("SESSION_ENDED");
  });

  test("begins anew with each sign-in, which ends the one before", async () => {
    const before = await signIn(gateway, "bob");
    const { params } = await beginSignIn(gateway, "alice");
    const { body } = await complete(gateway, params, before);
    expect(body).toMatchObject({ user_name: "alice@example.com", workspace: "default", return_to: "/" });
    expect(body.session).not.toBe(before);
    expect(errorOf(await me(before)).error_code).toBe("SESSION_ENDED");
    expect((await me(body.session)).body.user_name).toBe("alice@example.com");
  });
});

describe("the token of a session", () => {
  test("is refreshed once, however many requests find it expired, and none of them fails", async () => {
    const session = await signInWithOldToken("bob");
    expect(await statusesOf(session, 200)).toEqual(["200 bob@example.com"]);
    expect(tokenRequests()).toBe(1);
    // The refresh token is good for one use, so this needs its successor.
    await revoke("access");
    expect(await statusesOf(session, 200)).toEqual(["200 bob@example.com"]);
    expect(tokenRequests()).toBe(2);
  });

  test("is refreshed in the background in its last minutes", async () => {
    fakeDate();
    const session = await signIn(gateway, "bob");
    workspace.clearRequests();
    pass(56 * 60_000);
    expect((await me(session)).status).toBe(200);
    await until(() => tokenRequests() === 1, "it is refreshed");
    pass(10 * 60_000);
    expect((await me(session)).status).toBe(200);
    expect(tokenRequests()).toBe(1);
  });

  test("serves to its end while the login service is away; then 503 until it is back, and nobody is signed out", async () => {
    fakeDate();
    const session = await signIn(gateway, "bob");
    workspace.addFault({ path: "/oidc/*", status: 503, body: "" });
    pass(56 * 60_000);
    expect(await statusesOf(session, 5)).toEqual(["200 bob@example.com"]);
    pass(5 * 60_000);
    const answer = await me(session);
    expect(answer.body).toMatchObject({ status: 503, error_code: "SIGN_IN_UNAVAILABLE", retryable: true });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.body.error).toContain("login service");
    workspace.clearFaults();
    pass(6_000);
    expect((await me(session)).body.user_name).toBe("bob@example.com");
  });

  test.each([
    ["reset", { noReply: "reset" }, "SIGN_IN_UNAVAILABLE", 503],
    ["500", { status: 500, body: "" }, "SIGN_IN_UNAVAILABLE", 503],
    ["429", { status: 429, body: "" }, "SIGN_IN_UNAVAILABLE", 503],
    ["404", { status: 404, body: "" }, "WORKSPACE_SIGN_IN_FAILED", 502],
    [
      "401 of the app's secret",
      { status: 401, body: { error: "invalid_client" } },
      "WORKSPACE_SIGN_IN_FAILED",
      502,
    ],
    ["200 and a page", { status: 200, body: "<html>" }, "UPSTREAM_INVALID_RESPONSE", 502],
  ] as const)(
    "that cannot be refreshed (%s) fails the request and keeps the session",
    async (_what, fault, code, status) => {
      const session = await signInWithOldToken("bob");
      workspace.addFault({ path: "/oidc/v1/token", ...fault });
      const answer = await me(session);
      expect([answer.body.status, answer.body.error_code]).toEqual([status, code]);
      expect((await look(session)).status).toBe(200);
    },
  );

  test.each([
    ["invalid_grant", { error: "invalid_grant" }],
    ["invalid_request", { error: "invalid_request", error_description: "Refresh token is invalid" }],
  ])(
    "whose refresh token is dead (%s) ends the session: 401, which leads to a new sign-in",
    async (_what, body) => {
      const session = await signInWithOldToken("bob");
      workspace.addFault({ path: "/oidc/v1/token", status: 400, body });
      const answer = await me(session);
      expect(answer.body).toMatchObject({ status: 401, error_code: "SESSION_ENDED", retryable: false });
      workspace.clearFaults();
      expect(errorOf(await me(session)).error_code).toBe("SESSION_ENDED");
    },
  );

  test("ends with the session while it is being refreshed", async () => {
    const session = await signInWithOldToken("bob");
    workspace.addFault({ path: "/oidc/v1/token", delayMs: 300 });
    const running = me(session);
    await until(() => tokenRequests() === 1, "it is being refreshed");
    await gateway.run("end_session", {}, { session });
    expect(errorOf(await running).error_code).toBe("SESSION_ENDED");
    expect(errorOf(await me(session)).error_code).toBe("SESSION_ENDED");
  });

  test("that Databricks refuses right after it was refreshed is not refreshed again", async () => {
    const session = await signIn(gateway, "bob");
    workspace.clearRequests();
    const refusal = { "x-databricks-reason-phrase": "Invalid access token." };
    workspace.addFault({ path: "/api/*", status: 403, body: "", headers: refusal });
    for (let count = 0; count < 3; count += 1) expect((await me(session)).status).toBe(403);
    expect(tokenRequests()).toBe(1);
  });

  test("is not refreshed because of a privilege that is missing", async () => {
    const session = await signIn(gateway, "bob");
    workspace.clearRequests();
    await gateway.run("delete_volume", { catalog: "main", schema: "default", name: "files" }, { session });
    expect(tokenRequests()).toBe(0);
  });
});

describe("a sign-in", () => {
  test("of a public app has no secret to send", async () => {
    const { clientSecret: _secret, ...publicApp } = { ...app, clientId: "public" };
    await workspace.changeCredentials({ addOAuthApp: publicApp });
    const open = await startGateway(workspace.url, { ...asAlice, DATABRICKS_OAUTH_CLIENT_ID: "public" });
    const session = await signIn(open, "bob");
    expect((await open.run("me", {}, { session })).body.user_name).toBe("bob@example.com");
    await open.close();
  });

  test("with a wrong secret of the app is the gateway's failure, and not the person's", async () => {
    const wrong = await startGateway(workspace.url, {
      ...asAlice,
      ...appSettings,
      DATABRICKS_OAUTH_CLIENT_SECRET: "wrong-secret-of-the-app",
    });
    const { params } = await beginSignIn(wrong, "bob");
    const answer = await complete(wrong, params);
    expect(answer.body).toMatchObject({ status: 502, error_code: "WORKSPACE_SIGN_IN_FAILED" });
    expect(JSON.stringify(wrong.log)).not.toContain("wrong-secret-of-the-app");
    await wrong.close();
  });

  test("succeeds for a person with a group that has no name, and leaves that group out", async () => {
    const groups = [{ value: "1" }, { value: "2", display: "" }, { value: "3", display: "analysts" }];
    const body = { userName: "bob@example.com", groups };
    workspace.addFault({ path: "/api/2.0/preview/scim/v2/Me", status: 200, body });
    const { params } = await beginSignIn(gateway, "bob");
    const answer = await complete(gateway, params);
    expect([answer.status, answer.body.groups]).toEqual([200, ["analysts"]]);
  });

  test("has ten minutes", async () => {
    fakeDate();
    await workspace.changeCredentials({ authorizationCodeSeconds: hourSeconds });
    const { params } = await beginSignIn(gateway, "bob");
    pass(10 * 60_000);
    const answer = await complete(gateway, params);
    expect(answer.body).toMatchObject({ status: 400, error_code: "SIGN_IN_FAILED" });
    expect(answer.body.error).toContain("has expired or was completed before");
  });

  test("has a line in the audit log for its beginning and its end, with who it is and no secret", async () => {
    const { params } = await beginSignIn(gateway, "bob");
    const { body } = await complete(gateway, params);
    await gateway.run("end_session", {}, { session: body.session });
    await until(() => gateway.audit.length >= 3, "the audit lines");
    expect(gateway.audit).toMatchObject([
      { operation: "begin_sign_in", outcome: "ok", identity: null },
      {
        operation: "complete_sign_in",
        outcome: "ok",
        identity: { kind: "session", principal: "bob@example.com" },
      },
      {
        operation: "end_session",
        outcome: "ok",
        identity: { kind: "session", principal: "bob@example.com" },
      },
    ]);
    const everything = JSON.stringify([gateway.audit, gateway.log]);
    for (const secret of [...Object.values(params), body.session]) {
      if (secret !== params.iss) expect(everything).not.toContain(secret);
    }
  });

  test("is refused with 501 where the gateway has no OAuth app", async () => {
    const without = await startGateway(workspace.url, asAlice);
    const params = { redirect_uri: redirectUri, return_to: "/" };
    expect(errorOf(await without.run("begin_sign_in", params)).error_code).toBe("NOT_IMPLEMENTED");
    const session = `fds_${"x".repeat(43)}`;
    expect(errorOf(await without.run("me", {}, { session })).error_code).toBe("NOT_IMPLEMENTED");
    await without.close();
  });

  test.each([
    ["begin_sign_in with a relative address", "begin_sign_in", { redirect_uri: "x", return_to: "/" }, {}],
    ["begin_sign_in with more", "begin_sign_in", { redirect_uri: redirectUri, return_to: "/", more: 1 }, {}],
    ["complete_sign_in without a secret", "complete_sign_in", { state: "x" }, {}],
    ["get_session of none", "get_session", {}, {}],
    ["get_session of a token", "get_session", {}, { token: tokenOf.bob }],
    ["end_session of none", "end_session", {}, {}],
  ])("that is asked for in a wrong way returns 400: %s", async (_, op, params, auth) => {
    const answer = await gateway.run(op, params, auth);
    expect([answer.body.status, answer.body.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
  });
});
