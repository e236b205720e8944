import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type RedisPeer, startRedisPeer } from "@front-door/api/test/redis-peer";
import { defaultSeed, type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import {
  type IdentityProvider,
  type SigningKey,
  startIdentityProvider,
} from "@front-door/local-workspace/test/identity-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findInMemory } from "./process-memory.ts";
import { type RunningProduct, startProcesses } from "./start-product.ts";

/**
 * The real product with people who sign in, whose sessions are in Redis, and callers who run by a JWT as a service principal,
 * and a canary in everything that is a secret on the way. The canaries look like no known kind of secret, so no pattern of a
 * redactor can catch them.
 */
const canary = (of: string) => `canary.${of}.${randomBytes(12).toString("hex")}`;
const [ownToken, appSecret, accessToken, refreshToken, nextToken, nextRefreshToken, code] = [
  "own-token",
  "app-secret",
  "access-token",
  "refresh-token",
  "next-token",
  "next-refresh-token",
  "code",
].map(canary) as [string, string, string, string, string, string, string];
const redisPassword = canary("redis-password");
/** 32 bytes in base64, which begin as the canaries do. */
const sessionKey = `canary${randomBytes(32).toString("base64").slice(6)}`;
/** What only the gateway may have. */
const ofGateway = [ownToken, appSecret, accessToken, refreshToken, nextToken, nextRefreshToken, sessionKey];
const loginEndpoint = "/oidc/v1/token";
const audience = "front-door";
const [{ applicationId }] = defaultSeed.servicePrincipals as [(typeof defaultSeed.servicePrincipals)[0]];

let folder: string;
let auditFile: string;
let provider: IdentityProvider;
let key: SigningKey;
/** The gateway's own, by which its platform vouches for it. */
let workloadToken: string;
let workspace: LocalWorkspace;
let wire: Awaited<ReturnType<typeof listenTo>>;
let redis: RedisPeer;
let product: RunningProduct;
const replies: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sign-in-scan-"));
  auditFile = join(folder, "audit.log");
  provider = await startIdentityProvider();
  key = await provider.newKey("first");
  provider.publish("first");
  workloadToken = await newJwt("the-workload");
  workspace = await startLocalWorkspace({ dir: join(folder, "workspace") });
  wire = await listenTo(workspace.url);
  redis = await startRedisPeer();
  await workspace.changeCredentials({ addToken: { principal: applicationId, token: ownToken } });
  for (const token of [accessToken, nextToken])
    await workspace.changeCredentials({ addToken: { principal: "bob@example.com", token } });
  // Every exchange of a JWT, the gateway's own too.
  issue(ownToken);
  const principal = { claim: "groups", value: "finance", application_id: applicationId };
  product = await startProcesses({
    env: {
      API_AUTH: "databricks,oidc",
      OIDC_RUN_AS: "service-principal",
      OIDC_PRINCIPALS_FILE: write("principals.jsonl", JSON.stringify(principal)),
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: audience,
      DATABRICKS_HOST: wire.url,
      DATABRICKS_CLIENT_ID: applicationId,
      DATABRICKS_OIDC_TOKEN_FILEPATH: write("workload-token", workloadToken),
      DATABRICKS_OAUTH_CLIENT_ID: "the-app",
      DATABRICKS_OAUTH_CLIENT_SECRET: appSecret,
      SESSION_KEY: sessionKey,
      REDIS_URL: `redis://:${redisPassword}@127.0.0.1:${redis.port}`,
      LOG_LEVEL: "trace",
      AUDIT_LOG: auditFile,
      AUDIT_SQL: "true",
      AUDIT_PARAMETERS: "true",
    },
  });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  redis.close();
  wire.close();
  await workspace.close();
  provider.stop();
  rmSync(folder, { recursive: true });
});

function newJwt(sub: string): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const claims = {
    iss: provider.issuer,
    aud: audience,
    sub,
    groups: ["finance"],
    exp,
    jti: crypto.randomUUID(),
  };
  return provider.sign(key, claims);
}

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** Stands between the gateway and the workspace, and keeps the forms that the gateway sends to its login service. */
async function listenTo(target: string) {
  const forms: URLSearchParams[] = [];
  const server = createServer((req, res) => {
    const { method, url, headers } = req;
    const onward = request(target + String(url), { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on("error", () => res.destroy());
    if (url === loginEndpoint) void text(req).then((form) => forms.push(new URLSearchParams(form)));
    req.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, forms, close };
}

async function call(path: string, cookie = "", given: Record<string, string> = {}) {
  const headers = { cookie, origin: product.origin, ...given };
  const response = await fetch(`${product.origin}${path}`, { redirect: "manual", headers });
  const body = await response.text();
  replies.push(body, JSON.stringify([...response.headers]));
  return { status: response.status, headers: response.headers, text: body };
}

const cookieOf = (headers: Headers, name: string) =>
  headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0] ?? "")
    .find((pair) => pair.startsWith(`${name}=`)) ?? "";
/** Of the page of Databricks that a reply leads to. */
const parametersOf = (headers: Headers): Record<string, string> =>
  Object.fromEntries(new URL(headers.get("location") ?? "").searchParams);
const issue = (access_token: string, refresh_token?: string) =>
  workspace.addFault({
    path: loginEndpoint,
    status: 200,
    body: { access_token, refresh_token, expires_in: 3600, token_type: "Bearer" },
  });

/** The cookie of a session whose every secret is a canary. */
async function signIn(token = accessToken, refresh = refreshToken) {
  const login = await call("/auth/login");
  const { state = "", code_challenge: challenge } = parametersOf(login.headers);
  const browserSecret = cookieOf(login.headers, "front-door-sign-in");
  issue(token, refresh);
  const answer = `/auth/callback?code=${code}&state=${state}&iss=${wire.url}/oidc`;
  const callback = await call(answer, browserSecret);
  workspace.clearFaults();
  expect(callback.status).toBe(302);
  return { session: cookieOf(callback.headers, "front-door-session"), browserSecret, state, challenge };
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

/** What Databricks answers when it does not do what it is asked. */
const failures = [307, 400, 401, 403, 404, 429, 500, 503];

/** Each request of Databricks with a secret in it is answered by its echo. */
async function driveEchoes(session: string): Promise<void> {
  for (const status of failures) {
    workspace.addFault({ path: "/api/*", status, ...echoOf(accessToken, appSecret, sessionKey) });
    workspace.addFault({ path: loginEndpoint, status, ...echoOf(refreshToken, appSecret) });
    await call("/api/catalogs", session);
    workspace.clearFaults();
    const login = await call("/auth/login");
    const { state = "" } = parametersOf(login.headers);
    workspace.addFault({ path: loginEndpoint, status, ...echoOf(code, appSecret) });
    await call(`/auth/callback?code=${code}&state=${state}`, cookieOf(login.headers, "front-door-sign-in"));
    workspace.clearFaults();
  }
}

// That callers who run as a user leave no secret behind is in the gateway's federation.test.ts.
test("neither a JWT nor the token for it is in a log or a reply, and the front door never has the token, nor what vouches for the gateway", async () => {
  const jwt = await newJwt("bob");
  const bearer = { authorization: `Bearer ${jwt}` };
  expect((await call("/api/me", "", bearer)).text).toContain(applicationId);
  workspace.clearFaults();
  for (const status of failures) {
    workspace.addFault({ path: "/api/*", status, ...echoOf(ownToken, jwt, workloadToken) });
    await call("/api/catalogs", "", bearer);
    workspace.clearFaults();
  }

  const [signature = "", ownSignature = ""] = [jwt, workloadToken].map((each) => each.split(".")[2]);
  const secrets = [ownToken, signature, ownSignature, jwt.split(".")[1] ?? ""];
  const written = [product.output(), readFileSync(auditFile, "utf8"), ...replies].join("\n");
  expect(written).toContain('"kind":"federated"');
  expect(secrets.filter((each) => written.includes(each))).toEqual([]);
  // Undefined where this process may not read the other's memory. Where it may, it finds what is there.
  const api = product.pidOf("api");
  const inApi = findInMemory(api, [ownToken]);
  if (inApi === undefined) return;
  expect([inApi, findInMemory(api, [ownSignature])]).toEqual([[], []]);
  expect(findInMemory(product.pidOf("databricks-gateway"), [ownToken])).toEqual([ownToken]);
});

// What becomes of sessions when a gateway ends is in the front door's tests.
test("no secret of a sign-in is in a log, a reply, the audit log or Redis, and the front door never has a token", async () => {
  workspace.clearFaults();
  const { session, browserSecret, state, challenge } = await signIn();
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
  const verifiers = wire.forms.flatMap((form) => form.get("code_verifier") ?? []);
  const verifier = verifiers.find(
    (each) => createHash("sha256").update(each).digest("base64url") === challenge,
  );
  if (verifier === undefined) throw new Error("no form had the verifier of the sign-in");

  const api = product.pidOf("api");
  for (const file of ["environ", "cmdline"]) {
    const own = readFileSync(`/proc/${api}/${file}`, "latin1");
    expect(ofGateway.filter((each) => own.includes(each))).toEqual([]);
  }
  // Undefined where this process may not read the other's memory. Where it may, it finds what is there.
  const inApi = findInMemory(api, ofGateway);
  if (inApi !== undefined) {
    expect([inApi, findInMemory(api, [verifier])]).toEqual([[], []]);
    expect(findInMemory(product.pidOf("databricks-gateway"), [nextToken, nextRefreshToken])).toHaveLength(2);
  }
  expect(redis.texts.size).toBeGreaterThan(0);
  const inRedis = JSON.stringify([redis.commands.filter(([name]) => name !== "AUTH"), [...redis.texts]]);
  const ids = [...[session, browserSecret].map((pair) => pair.slice(pair.indexOf("=") + 1)), state];
  const secrets = [...ofGateway, redisPassword, code, ...verifiers];
  expect([...secrets, ...ids].filter((each) => inRedis.includes(each))).toEqual([]);

  const written = [product.output(), readFileSync(auditFile, "utf8")].join("\n");
  expect(written).toContain('"operation":"complete_sign_in"');
  expect([...secrets, ...ids].filter((each) => written.includes(each))).toEqual([]);
  expect(secrets.filter((each) => replies.join("\n").includes(each))).toEqual([]);
});
