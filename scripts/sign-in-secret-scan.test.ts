import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RedisPeer, startRedisPeer } from "@front-door/api/test/redis-peer";
import { type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findInMemory } from "./process-memory.ts";
import { type RunningProduct, startProduct } from "./running-product.ts";

/**
 * The real product with people who sign in, and a canary in everything that is a secret on the way. The canaries look like no
 * known kind of secret, so no pattern of a redactor can catch them.
 */
const canary = (of: string) => `canary.${of}.${randomBytes(12).toString("hex")}`;
const [appSecret, accessToken, refreshToken, nextToken, nextRefreshToken, code] = [
  "app-secret",
  "access-token",
  "refresh-token",
  "next-token",
  "next-refresh-token",
  "code",
].map(canary) as [string, string, string, string, string, string];
const redisPassword = canary("redis-password");
const sessionKey = randomBytes(32).toString("base64");
/** What only the gateway may have. */
const ofGateway = [appSecret, accessToken, refreshToken, nextToken, nextRefreshToken, sessionKey];
const loginEndpoint = "/oidc/v1/token";

let folder: string;
let workspace: LocalWorkspace;
let redis: RedisPeer;
let product: RunningProduct;
const replies: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sign-in-scan-"));
  workspace = await startLocalWorkspace({ dir: join(folder, "workspace") });
  for (const token of [accessToken, nextToken]) {
    await workspace.changeCredentials({ addToken: { principal: "bob@example.com", token } });
  }
  redis = await startRedisPeer();
  product = await startProduct({
    env: {
      API_AUTH: "databricks",
      DATABRICKS_HOST: workspace.url,
      DATABRICKS_TOKEN: "local-token-alice",
      DATABRICKS_OAUTH_CLIENT_ID: "the-app",
      DATABRICKS_OAUTH_CLIENT_SECRET: appSecret,
      REDIS_URL: `redis://:${redisPassword}@127.0.0.1:${redis.port}`,
      SESSION_KEY: sessionKey,
      LOG_LEVEL: "trace",
      AUDIT_LOG: join(folder, "audit.log"),
      AUDIT_SQL: "true",
      AUDIT_PARAMETERS: "true",
    },
  });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  redis.close();
  await workspace.close();
  rmSync(folder, { recursive: true });
});

async function call(path: string, cookie = "", init: RequestInit = {}) {
  const headers = { cookie, origin: product.origin };
  const response = await fetch(`${product.origin}${path}`, { redirect: "manual", ...init, headers });
  const text = await response.text();
  replies.push(text);
  return { status: response.status, headers: response.headers, text };
}

const cookieOf = (headers: Headers, name: string) =>
  headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0] ?? "")
    .find((pair) => pair.startsWith(`${name}=`)) ?? "";
const issue = (access_token: string, refresh_token: string) =>
  workspace.addFault({
    path: loginEndpoint,
    status: 200,
    body: { access_token, refresh_token, expires_in: 3600, token_type: "Bearer" },
  });

/** The cookie of a session whose every secret is a canary. */
async function signIn(token = accessToken, refresh = refreshToken) {
  const login = await call("/auth/login");
  const state = new URL(login.headers.get("location") ?? "").searchParams.get("state") ?? "";
  const browserSecret = cookieOf(login.headers, "front-door-sign-in");
  issue(token, refresh);
  const answer = `/auth/callback?code=${code}&state=${state}&iss=${workspace.url}/oidc`;
  const callback = await call(answer, browserSecret);
  workspace.clearFaults();
  expect(callback.status).toBe(302);
  return { session: cookieOf(callback.headers, "front-door-session"), browserSecret, state };
}

/** A reply that echoes what Databricks was sent, in every place that is read. */
const echoOf = (...secrets: readonly string[]) => {
  const echo = secrets.join(" ");
  const body = { error_code: "BAD_REQUEST", message: echo, error: echo, error_description: echo };
  // Past every deadline, so that the gateway does not wait.
  const headers = {
    location: `https://x/?${echo}`,
    "x-databricks-reason-phrase": echo,
    "retry-after": "600",
  };
  return { body, headers };
};

/** Each request of Databricks with a secret in it is answered by its echo. */
async function driveEchoes(session: string): Promise<void> {
  for (const status of [307, 400, 401, 403, 404, 429, 500, 503]) {
    workspace.addFault({ path: "/api/*", status, ...echoOf(accessToken, appSecret, sessionKey) });
    workspace.addFault({ path: loginEndpoint, status, ...echoOf(refreshToken, appSecret) });
    await call("/api/catalogs", session);
    workspace.clearFaults();
    const login = await call("/auth/login");
    const state = new URL(login.headers.get("location") ?? "").searchParams.get("state") ?? "";
    workspace.addFault({ path: loginEndpoint, status, ...echoOf(code, appSecret) });
    await call(`/auth/callback?code=${code}&state=${state}`, cookieOf(login.headers, "front-door-sign-in"));
    workspace.clearFaults();
  }
}

test("says no secret of a sign-in in a log, a reply, the audit log or Redis, and the front door never has a token", async () => {
  const { session, browserSecret, state } = await signIn();
  expect((await call("/api/me", session)).text).toContain("bob@example.com");
  await driveEchoes(session);
  await call("/api/me", `${session}; ${session}`);
  await call("/api/me", `${session}x`);
  await call(`/api/nothing?token=${session}`, session);
  // A new token in place of one that Databricks refuses.
  await workspace.changeCredentials({ revokeToken: accessToken });
  issue(nextToken, nextRefreshToken);
  expect((await call("/api/me", session)).text).toContain("bob@example.com");
  workspace.clearFaults();

  const api = product.pidOf("api");
  for (const file of ["environ", "cmdline"]) {
    const own = readFileSync(`/proc/${api}/${file}`, "latin1");
    expect(ofGateway.filter((each) => own.includes(each))).toEqual([]);
  }
  const gateway = product.pidOf("databricks-gateway");
  // Undefined where this process may not read the other's memory. Where it may, it finds what is there.
  const inApi = findInMemory(api, [...ofGateway.slice(0, -1), code]);
  if (inApi !== undefined) {
    expect(inApi.filter((each) => each !== code)).toEqual([]);
    expect(findInMemory(gateway, [nextToken, nextRefreshToken])).toHaveLength(2);
  }
  const inRedis = JSON.stringify([redis.commands.filter(([name]) => name !== "AUTH"), [...redis.texts]]);
  const ids = [...[session, browserSecret].map((pair) => pair.slice(pair.indexOf("=") + 1)), state];
  const secrets = [...ofGateway, redisPassword, code];
  expect([...secrets, ...ids].filter((each) => inRedis.includes(each))).toEqual([]);

  const written = [product.output(), readFileSync(join(folder, "audit.log"), "utf8")].join("\n");
  expect(written).toContain('"operation":"complete_sign_in"');
  expect([...secrets, ...ids].filter((each) => written.includes(each))).toEqual([]);
  expect(secrets.filter((each) => replies.join("\n").includes(each))).toEqual([]);
});

test("a gateway that is killed signs nobody out", async () => {
  const { session } = await signIn(nextToken, nextRefreshToken);
  const pid = product.pidOf("databricks-gateway");
  process.kill(pid, "SIGKILL");
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  await expect
    .poll(async () => (await call("/api/me", session)).text, { timeout: 60_000, interval: 100 })
    .toContain("bob@example.com");
});
