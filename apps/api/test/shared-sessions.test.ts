import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { allowSignIn, appSettings, BrowserUnderTest } from "./browser-under-test.ts";
import { type RedisPeer, startRedisPeer } from "./redis-peer.ts";
import { type Stack, startStack } from "./start-stack.ts";

// Two front doors, each with a gateway of its own, that share one Redis.

const [oldKey, newKey] = [randomBytes(32).toString("base64"), randomBytes(32).toString("base64")];
let workspace: LocalWorkspace;
let peer: RedisPeer;
let first: Stack;
let second: Stack;
const open: Stack[] = [];

beforeAll(async () => {
  workspace = await startLocalWorkspace({ dir: mkdtempSync(join(tmpdir(), "shared-sessions-")) });
  peer = await startRedisPeer();
  [first, second] = await startBoth(peer.port);
});
afterEach(async () => {
  workspace.clearFaults();
  workspace.clearRequests();
  await workspace.changeCredentials({ oauthTokenSeconds: 3_600 });
});
afterAll(async () => {
  for (const each of open) await each.close();
  peer.close();
  await workspace.close();
});

async function start(port: number, sessionKey = oldKey, at = workspace): Promise<Stack> {
  const started = await startStack(
    {},
    {
      workspace: at,
      settings: { API_AUTH: "databricks" },
      gatewaySettings: {
        ...appSettings,
        REDIS_URL: `redis://:canary-password@127.0.0.1:${port}`,
        SESSION_KEY: sessionKey,
      },
    },
  );
  open.push(started);
  return started;
}

async function startBoth(port: number): Promise<[Stack, Stack]> {
  const both: [Stack, Stack] = [await start(port), await start(port)];
  const urls = both.map(({ url }) => url);
  await allowSignIn(workspace, urls);
  return both;
}

const tokenRequests = () => workspace.requests().filter(({ path }) => path === "/oidc/v1/token").length;
const signedIn = async (user: string, stack = first) => {
  const one = new BrowserUnderTest(stack);
  // The first connection to Redis may still be under way.
  await expect.poll(async () => (await one.signIn(user)).status).toBe(302);
  return one;
};
/** The same browser at the other front door. */
const at = (stack: Stack, { session }: BrowserUnderTest) => {
  const one = new BrowserUnderTest(stack);
  one.cookies.set("front-door-session", session);
  return one;
};
const me = async (one: BrowserUnderTest) => {
  const { status, json } = await one.call("GET", "/api/me");
  return `${status} ${json.user_name ?? json.error_code}`;
};

/** What a session of the first front door is to the second, and what it is to the first when it has ended at the second. */
async function shareSession(one: Stack, other: Stack): Promise<string[]> {
  const bob = await signedIn("bob", one);
  const there = await me(at(other, bob));
  await at(other, bob).call("POST", "/auth/logout");
  return [there, await me(bob)];
}

/** What 200 requests at both get when the token has expired, and how many refreshes that takes. */
async function refreshTogether(one: Stack, other: Stack) {
  await workspace.changeCredentials({ oauthTokenSeconds: 5 });
  const bob = await signedIn("bob", one);
  await workspace.changeCredentials({ oauthTokenSeconds: 3_600 });
  workspace.clearRequests();
  const both = Array.from({ length: 200 }, (_, index) => me(index % 2 ? bob : at(other, bob)));
  return { seen: [...new Set(await Promise.all(both))], refreshes: tokenRequests() };
}

const shared = ["200 bob@example.com", "401 SESSION_ENDED"];
const refreshedOnce = { seen: ["200 bob@example.com"], refreshes: 1 };

describe("gateways that share a Redis", () => {
  it("share sessions: one that begins at the first is good at the second, and one that ends there has ended", async () => {
    expect(await shareSession(first, second)).toEqual(shared);
  });

  it("keep there no session's id, no token and no name in clear", async () => {
    const bob = await signedIn("bob");
    const one = new BrowserUnderTest(first);
    await one.call("GET", "/auth/login");
    const seen = JSON.stringify([peer.commands, [...peer.texts]]);
    expect(peer.texts.size).toBeGreaterThanOrEqual(2);
    expect(seen).not.toContain(bob.session);
    expect(seen).not.toContain(one.cookies.get("front-door-sign-in"));
    // Each is too long to turn up in the sealed values by chance.
    expect(seen).not.toMatch(/bob@example\.com|local-oauth|local-refresh|refreshToken|verifier/);
    const log = JSON.stringify([first.log, first.audit]);
    expect(log).not.toContain("canary-password");
    expect(log).not.toContain(oldKey);
  });

  it("refresh a token once, however many requests need it at both, and none of them fails", async () => {
    expect(await refreshTogether(first, second)).toEqual(refreshedOnce);
  });

  it("sign nobody out when one of them is started again", async () => {
    const bob = await signedIn("bob");
    await first.stopGateway();
    await first.startGateway();
    await expect.poll(() => me(bob)).toBe("200 bob@example.com");
  });

  it("read what was sealed with an older key of SESSION_KEY, and nothing that was sealed with another", async () => {
    const bob = await signedIn("bob");
    const rotated = await start(peer.port, `${newKey},${oldKey}`);
    await expect.poll(() => me(at(rotated, bob))).toBe("200 bob@example.com");
    const foreign = await start(peer.port, newKey);
    await expect.poll(() => me(at(foreign, bob))).toBe("401 SESSION_ENDED");
  });

  it("take no session of a gateway whose people sign in at another workspace, and send its token nowhere", async () => {
    const bob = await signedIn("bob");
    const foreign = await startLocalWorkspace({ dir: mkdtempSync(join(tmpdir(), "shared-sessions-")) });
    try {
      const there = await start(peer.port, oldKey, foreign);
      await expect.poll(() => me(at(there, bob))).toBe("401 SESSION_ENDED");
      expect(foreign.requests().filter(({ path }) => path.endsWith("/Me"))).toEqual([]);
      expect(await me(bob)).toBe("200 bob@example.com");
    } finally {
      await foreign.close();
    }
  });

  it.each(["goes away", "hangs"])("return 503 while Redis %s, and sign nobody out", async (how) => {
    const bob = await signedIn("bob");
    if (how === "hangs") peer.hangs = true;
    else peer.close();
    expect(await me(bob)).toBe("503 SIGN_IN_UNAVAILABLE");
    const { status, headers } = await new BrowserUnderTest(first).call("GET", "/auth/login");
    expect([status, headers["retry-after"]]).toEqual([503, "5"]);
    peer.close();
    peer = await startRedisPeer(peer.port, peer.texts);
    await expect.poll(() => me(bob), { timeout: 10_000 }).toBe("200 bob@example.com");
  });

  it("lose no refreshed token when Redis goes away in the middle of a refresh", async () => {
    await workspace.changeCredentials({ oauthTokenSeconds: 5 });
    const bob = await signedIn("bob");
    await workspace.changeCredentials({ oauthTokenSeconds: 3_600 });
    workspace.clearRequests();
    workspace.addFault({ path: "/oidc/v1/token", delayMs: 300 });
    const running = me(bob);
    await expect.poll(tokenRequests).toBe(1);
    peer.close();
    expect(await running).toBe("503 SIGN_IN_UNAVAILABLE");
    peer = await startRedisPeer(peer.port, peer.texts);
    await expect.poll(() => me(bob), { timeout: 10_000 }).toBe("200 bob@example.com");
    // The refresh token was good for one use.
    expect(tokenRequests()).toBe(1);
  });

  const redisServer = spawnSync("redis-server", ["--version"]).status === 0;
  it.skipIf(!redisServer)(
    "share sessions and refresh once on a real redis-server (skipped when none is on the PATH)",
    async () => {
      const port = await freePort();
      const args = [
        "--port",
        String(port),
        "--save",
        "",
        "--bind",
        "127.0.0.1",
        "--requirepass",
        "canary-password",
      ];
      const child: ChildProcess = spawn("redis-server", args, { stdio: "ignore" });
      try {
        const both = await startBoth(port);
        expect(await shareSession(...both)).toEqual(shared);
        expect(await refreshTogether(...both)).toEqual(refreshedOnce);
      } finally {
        child.kill();
      }
    },
  );
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
