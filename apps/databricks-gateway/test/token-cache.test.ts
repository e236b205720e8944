import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { LoginService } from "../src/auth/login-service.ts";
import { TokenSource } from "../src/auth/token-source.ts";
import { createTransport } from "../src/databricks/transport.ts";
import {
  type Answer,
  errorOf,
  type GatewayUnderTest,
  servicePrincipal,
  startGateway,
  startWorkspace,
} from "./gateway-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
let startedAt: number;

beforeAll(async () => {
  workspace = await startWorkspace();
});
afterAll(() => workspace.close());
beforeEach(async () => {
  startedAt = Date.now();
  // Only the clock: tokens grow old in a moment, and everything else takes the time it takes.
  vi.useFakeTimers({ toFake: ["Date"], now: startedAt });
  gateway = await startGateway(workspace.url, {
    DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
    DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
  });
  workspace.clearRequests();
});
afterEach(async () => {
  vi.useRealTimers();
  workspace.clearFaults();
  await gateway.close();
});

// A token lives for an hour, is renewed in the last five minutes, and is not used in the last ten seconds.
const renewalDueMs = 3_400_000;
const overMs = 3_595_000;
const later = (ms: number) => vi.setSystemTime(startedAt + ms);
const calls = (path: string) => workspace.requests().filter((one) => one.path === path).length;
const logins = () => ({
  discovery: calls("/oidc/.well-known/oauth-authorization-server"),
  token: calls("/oidc/v1/token"),
});
const manyAtOnce = (count = 20) => Promise.all(Array.from({ length: count }, () => gateway.run("me")));
const statuses = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))];

test("20 first requests at once: one discovery, one token request", async () => {
  expect(statuses(await manyAtOnce())).toEqual([200]);
  expect(logins()).toEqual({ discovery: 1, token: 1 });
});

test("a token that runs out during load: no request fails, and it is renewed once", async () => {
  const answers: Answer[] = [];
  const stopping = new AbortController();
  const loops = Array.from({ length: 10 }, async () => {
    while (!stopping.signal.aborted) answers.push(await gateway.run("me"));
  });
  const some = async () => {
    const before = answers.length;
    await expect.poll(() => answers.length).toBeGreaterThan(before + 30);
  };
  await some();
  expect(logins().token).toBe(1);
  // The renewal takes its time, and the old token serves meanwhile.
  workspace.addFault({ path: "/oidc/v1/token", delayMs: 100 });
  later(renewalDueMs);
  await some();
  await expect.poll(() => logins().token).toBe(2);
  // The first token is over now; the second is not.
  later(3_700_000);
  await some();
  stopping.abort();
  await Promise.all(loops);
  expect(statuses(answers)).toEqual([200]);
  expect(logins()).toEqual({ discovery: 1, token: 2 });
});

describe("the identity provider", () => {
  test.each<[string, object, number, string]>([
    ["answers 503", { status: 503, headers: { "retry-after": "4" } }, 503, "TEMPORARILY_UNAVAILABLE"],
    ["answers 500", { status: 500, body: "" }, 502, "UPSTREAM_ERROR"],
    ["cuts the line", { cutAfterBytes: 0 }, 502, "UPSTREAM_UNREACHABLE"],
  ])(
    "%s: requests go on until the token is over, fail at once then, and recover by themselves",
    async (_what, fault, status, code) => {
      expect(statuses(await manyAtOnce())).toEqual([200]);
      workspace.addFault({ path: "/oidc/*", ...fault });
      later(renewalDueMs);
      for (let time = 0; time < 3; time++) expect(statuses(await manyAtOnce())).toEqual([200]);
      // Renewal ahead of time is tried, and not by every request.
      expect(logins().token).toBe(2);
      later(overMs);
      const answers = await manyAtOnce();
      expect(statuses(answers)).toEqual([status]);
      expect(errorOf(answers[0]!).error_code).toBe(code);
      workspace.clearFaults();
      expect(statuses(await manyAtOnce())).toEqual([200]);
    },
  );

  test("does not answer at all: the first to need a token give up, and those after them do not ask", async () => {
    expect(statuses(await manyAtOnce())).toEqual([200]);
    workspace.addFault({ path: "/oidc/*", delayMs: 10 * 60_000 });
    later(renewalDueMs);
    expect(statuses(await manyAtOnce())).toEqual([200]);
    later(overMs);
    expect(statuses(await manyAtOnce())).toEqual([502]);
    const asked = logins();
    expect(statuses(await manyAtOnce())).toEqual([502]);
    expect(logins()).toEqual(asked);
    workspace.clearFaults();
    later(overMs + 5_001);
    expect(statuses(await manyAtOnce())).toEqual([200]);
  });

  test("is not there: the same, and the caller is told that Databricks cannot be reached", async () => {
    const dir = await mkdtemp(join(tmpdir(), "token-cache-"));
    const first = await startLocalWorkspace({ dir });
    const port = Number(new URL(first.url).port);
    const transport = createTransport({ origin: first.url });
    const source = new TokenSource(new LoginService(transport, (text) => text), servicePrincipal);
    const token = await source.token();
    await first.close();
    later(renewalDueMs);
    for (let time = 0; time < 5; time++) expect(await source.token()).toBe(token);
    later(overMs);
    await expect(source.token()).rejects.toMatchObject({ code: "UPSTREAM_UNREACHABLE", status: 502 });
    const second = await startLocalWorkspace({ dir, port });
    expect(await source.token()).not.toBe(token);
    await transport.close();
    await second.close();
    await rm(dir, { recursive: true });
  });
});
