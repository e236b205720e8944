import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { currentAuth, getWorkspaceClient, withDatabricksAuth } from "../src/auth/auth-context.ts";
import { identityKey } from "../src/auth/identity.ts";
import { LoginService } from "../src/auth/login-service.ts";
import { TokenSource } from "../src/auth/token-source.ts";
import { Workspace } from "../src/auth/workspace.ts";
import { createTransport, type Transport } from "../src/databricks/transport.ts";
import {
  errorOf,
  type GatewayUnderTest,
  servicePrincipal,
  startGateway,
  startWorkspace,
  tokenOf,
} from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
let transport: Transport;

const asServicePrincipal = {
  DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
  DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
};

beforeAll(async () => {
  workspace = await startWorkspace();
  gateway = await startGateway(workspace.url);
  transport = createTransport({ origin: workspace.url });
});
afterAll(async () => {
  await gateway.close();
  await transport.close();
  await workspace.close();
});
beforeEach(() => workspace.clearRequests());
afterEach(() => {
  workspace.clearFaults();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const tokenRequests = () => workspace.requests().filter(({ path }) => path === "/oidc/v1/token").length;

const newWorkspace = () =>
  new Workspace(
    { name: "w", origin: workspace.url, kind: "local", httpPath: undefined, identity: undefined },
    {
      redact: (text) => text,
      rereadSettings: async () => undefined,
      callerSharePercent: 80,
      proxyFor: () => undefined,
      putBytesMax: 1,
    },
  );
const auth = () => newWorkspace().asUser("t");
const source = () => new TokenSource(new LoginService(transport, (text) => text), servicePrincipal);

describe("whose identity a request has", () => {
  test("200 requests at once are each answered as their own caller, and leave no identity behind", async () => {
    const after: unknown[] = [];
    const app = await startGateway(workspace.url, asServicePrincipal, {}, (fastify) => {
      fastify.addHook("onResponse", async () => {
        after.push(currentAuth());
      });
    });
    const callers = Array.from(
      { length: 200 },
      (_, index) => (["alice", "bob", "carol"] as const)[index % 3]!,
    );
    const answers = await Promise.all(
      // Every fifth ends in an error.
      callers.map((name, index) =>
        index % 5 === 0
          ? app.run("get_catalog", { name: `nowhere-${name}` }, { token: tokenOf[name] })
          : app.run("me", {}, { token: tokenOf[name] }),
      ),
    );
    answers.forEach((answer, index) => {
      if (index % 5 === 0) expect(answer.status).toBe(404);
      else expect(answer.body.user_name).toBe(`${callers[index]}@example.com`);
    });
    for (const { path, principal } of workspace.requests()) {
      const [, named] = /nowhere-(\w+)$/.exec(path) ?? [];
      if (named !== undefined) expect(principal).toBe(`${named}@example.com`);
    }
    for (const name of ["alice", "bob", "carol"]) {
      const seen = workspace.requests().filter(({ principal }) => principal === `${name}@example.com`);
      expect(seen).toHaveLength(callers.filter((caller) => caller === name).length);
    }
    expect(after).toEqual(Array.from({ length: 200 }, () => undefined));
    expect(currentAuth()).toBeUndefined();
    await app.close();
  });

  test("a user's token never falls back to the gateway's own identity", async () => {
    const answer = await gateway.run("me", {}, { token: "not-a-token" });
    expect([answer.status, errorOf(answer).error_code]).toEqual([403, "PERMISSION_DENIED"]);
    expect(workspace.requests().map(({ principal }) => principal)).toEqual([undefined]);
    expect((await gateway.run("me", {}, { token: "" })).status).toBe(400);
    expect((await gateway.run("me", {}, { token: "two words" })).status).toBe(400);
  });

  test.each([["https://other.cloud.databricks.com"], ["http://127.0.0.1:1"], ["https://127.0.0.1"]])(
    "a token is not sent to %s",
    async (host) => {
      const answer = await gateway.run("me", {}, { host, token: tokenOf.alice });
      expect([answer.status, errorOf(answer).error_code]).toEqual([403, "HOST_NOT_ALLOWED"]);
      expect(workspace.requests()).toEqual([]);
    },
  );

  test("the workspace's own host may be named", async () => {
    expect((await gateway.run("me", {}, { host: workspace.url })).status).toBe(200);
    expect((await gateway.run("me", {}, { host: `${workspace.url}/` })).status).toBe(200);
    expect((await gateway.run("me", {}, { host: `${workspace.url}/path` })).status).toBe(403);
    expect((await gateway.run("me", {}, { host: workspace.url.replace("//", "//user@") })).status).toBe(403);
  });

  test("the gateway's own identity is a service principal, then a token, then a profile", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gateway-profile-"));
    const file = join(folder, "databrickscfg");
    await writeFile(file, `[team]\nhost = ${workspace.url}\ntoken = ${tokenOf.carol}\n`);
    await chmod(file, 0o600);
    const profile = { DATABRICKS_CONFIG_PROFILE: "team", DATABRICKS_CONFIG_FILE: file };
    const token = { DATABRICKS_TOKEN: tokenOf.bob };
    const answers: unknown[] = [];
    for (const environment of [
      { ...asServicePrincipal, ...token, ...profile },
      { ...token, ...profile },
      profile,
    ]) {
      const app = await startGateway(workspace.url, environment);
      answers.push((await app.run("me")).body.user_name);
      await app.close();
    }
    expect(answers).toEqual([servicePrincipal.clientId, "bob@example.com", "carol@example.com"]);
    await rm(folder, { recursive: true });
  });
});

describe("the identity of the running operation", () => {
  test("is there during the operation and gone after it, for what outlives the operation too", async () => {
    let late: Promise<unknown> | undefined;
    await withDatabricksAuth(auth(), async () => {
      expect(currentAuth()?.who.kind).toBe("user");
      late = new Promise((resolve) => setTimeout(() => resolve(currentAuth()), 10));
    });
    expect(currentAuth()).toBeUndefined();
    expect(await late).toBeUndefined();
  });

  test("is gone when the operation throws", async () => {
    let late: Promise<unknown> | undefined;
    const failing = withDatabricksAuth(auth(), async () => {
      late = new Promise((resolve) => setTimeout(() => resolve(currentAuth()), 10));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await late).toBeUndefined();
  });

  test("outside an operation there is no client", () => {
    expect(() => getWorkspaceClient()).toThrow(/no identity/);
  });
});

describe("the cache of clients", () => {
  test("gives each identity its own client and keeps a thousand", () => {
    const clients = newWorkspace();
    const of = (token: string) => clients.asUser(token).client;
    const first = of("first");
    expect(of("first")).toBe(first);
    expect(of("second")).not.toBe(first);
    for (let index = 0; index < 1200; index++) {
      of(`token-${index}`);
      of("second");
    }
    expect(clients.userClients).toBe(1000);
    expect(of("first")).not.toBe(first);
  });

  test("lets a client go 15 minutes after its last use, also when nobody else calls", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const clock = vi.spyOn(performance, "now");
    const pass = (minutes: number) => {
      clock.mockReturnValue(performance.now() + minutes * 60_000);
      vi.advanceTimersByTime(minutes * 60_000);
    };
    const clients = newWorkspace();
    clients.asUser("idle");
    const used = clients.asUser("used").client;
    pass(10);
    expect(clients.asUser("used").client).toBe(used);
    pass(6);
    expect(clients.userClients).toBe(1);
    pass(10);
    expect(clients.userClients).toBe(0);
  });

  test("keys hold no secret", () => {
    const key = identityKey({ kind: "user", credentials: { token: "a-very-secret-token" } });
    expect(key).toMatch(/^[\w-]{43}$/);
  });
});

describe("OAuth tokens", () => {
  test("are asked for once for many requests, and discovery is not repeated", async () => {
    const tokens = source();
    const values = await Promise.all(Array.from({ length: 20 }, async () => tokens.token()));
    expect(new Set(values).size).toBe(1);
    expect(workspace.requests().map(({ path }) => path)).toEqual([
      "/oidc/.well-known/oauth-authorization-server",
      "/oidc/v1/token",
    ]);
    expect(workspace.requests()[1]?.headers).toMatchObject({
      authorization: "Basic",
      "content-type": "application/x-www-form-urlencoded",
    });
  });

  test("are renewed ahead of their end, while the old one serves", async () => {
    const tokens = source();
    const old = await tokens.token();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_400_000 });
    workspace.addFault({ path: "/oidc/v1/token", delayMs: 100 });
    expect(await tokens.token()).toBe(old);
    await expect.poll(() => tokens.token()).not.toBe(old);
    expect(tokenRequests()).toBe(2);
  });

  test("that ran out are not used", async () => {
    const tokens = source();
    const old = await tokens.token();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_595_000 });
    expect(await tokens.token()).not.toBe(old);
  });

  test("a renewal that fails early does not disturb the old token", async () => {
    const tokens = source();
    const old = await tokens.token();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_400_000 });
    workspace.addFault({ path: "/oidc/v1/token", status: 500, body: "" });
    for (let call = 0; call < 5; call++) {
      expect(await tokens.token()).toBe(old);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // One attempt, then a pause.
    await expect.poll(tokenRequests).toBe(2);
  });

  test("a failure is not kept, and says no secret", async () => {
    const tokens = source();
    workspace.addFault({ path: "/oidc/v1/token", times: 1, status: 401, body: { error: "invalid_client" } });
    const failure = await Promise.resolve(tokens.token()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(String(failure)).not.toContain(servicePrincipal.clientSecret);
    expect(await tokens.token()).toEqual(expect.any(String));
  });

  test("a wrong secret is 401, a busy login service 503 with Retry-After", async () => {
    const wrong = await startGateway(workspace.url, {
      ...asServicePrincipal,
      DATABRICKS_CLIENT_SECRET: "wrong-secret",
    });
    const answer = await wrong.run("me");
    expect([answer.status, errorOf(answer).error_code]).toEqual([401, "UNAUTHENTICATED"]);
    workspace.addFault({ path: "/oidc/*", status: 503, headers: { "retry-after": "4" } });
    const busy = await wrong.run("me");
    expect([busy.status, busy.headers["retry-after"]]).toEqual([503, "4"]);
    expect(JSON.stringify(wrong.log)).not.toContain("wrong-secret");
    await wrong.close();
  });

  test("a caller that hangs up does not end the token request that others wait for", async () => {
    const app = await startGateway(workspace.url, asServicePrincipal);
    workspace.addFault({ path: "/oidc/v1/token", delayMs: 1_000 });
    const controller = new AbortController();
    const gone = app.run("me", {}, { signal: controller.signal });
    const stays = app.run("me");
    await expect.poll(tokenRequests).toBe(1);
    controller.abort();
    await expect(gone).rejects.toThrow(/abort/i);
    expect((await stays).status).toBe(200);
    expect(tokenRequests()).toBe(1);
    await app.close();
  });
});
