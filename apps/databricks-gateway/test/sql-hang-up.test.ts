import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { queryObjects } from "node:v8";
import type { LocalWorkspace, LocalWorkspaceOptions } from "@front-door/local-workspace";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type GatewayUnderTest, startGateway, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls } from "./sql-under-test.ts";

const require = createRequire(import.meta.url);
type Constructor = abstract new (...args: never[]) => unknown;
const { default: DBSQLOperation } = require("@databricks/sql/dist/DBSQLOperation.js") as {
  default: Constructor;
};
const { default: DBSQLSession } = require("@databricks/sql/dist/DBSQLSession.js") as { default: Constructor };

type Engine = NonNullable<LocalWorkspaceOptions["sqlEngine"]>;

/** Statements that run until they are cancelled; each of them that was is counted. */
let ended = 0;
const endless: Engine = {
  openSession: () => ({
    catalog: "main",
    schema: "default",
    execute: (_sql, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          ended += 1;
          reject(new Error("cancelled"));
        });
      }),
    close: async () => undefined,
  }),
  tableDropped: async () => undefined,
  catalogDropped: async () => undefined,
  close: async () => undefined,
};

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace({ sqlEngine: endless, sqlLimits: { directResultsWaitMs: 300 } });
  gateway = await startGateway(workspace.url);
  // Loads the driver, which takes a while.
  await gateway.run("execute_query", { sql: "SELECT 1", timeout_ms: 1_000 });
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  workspace.clearStatements();
});

test.each([
  ["after Databricks has answered the statement with a handle", 600],
  ["while Databricks has not answered the statement itself", 0],
])("a caller that hangs up %s has it cancelled within a second", async (_when, waitMs) => {
  const caller = new AbortController();
  const answer = gateway.run("execute_query", { sql: "SELECT 1" }, { signal: caller.signal });
  await until(() => workspace.statements().length === 1, "it runs");
  await delay(waitMs);
  caller.abort();
  const hungUpAt = performance.now();
  await expect(answer).rejects.toThrow(/abort/i);
  await until(() => workspace.statements()[0]?.state === "canceled", "it is cancelled");
  expect(performance.now() - hungUpAt).toBeLessThan(1_000);
  await until(() => workspace.openStatements() === 0 && workspace.openSqlSessions() === 0, "all is closed");
  expect(gateway.log.at(-1)).toMatchObject({ op: "execute_query", status: 499 });
});

test("a caller that hangs up while a session is opened leaves no statement", async () => {
  workspace.addFault({ thriftMethod: "OpenSession", delayMs: 300, times: 1 });
  const caller = new AbortController();
  // A catalog of its own, so that no session from before will do.
  const params = { sql: "SELECT 1", catalog: "main" };
  const answer = gateway.run("execute_query", params, { signal: caller.signal });
  answer.catch(() => undefined);
  await until(() => thriftCalls(workspace).includes("OpenSession"), "the session is being opened");
  caller.abort();
  await expect(answer).rejects.toThrow(/abort/i);
  await delay(500);
  expect(workspace.statements()).toEqual([]);
});

test("nothing is left behind by 2,000 callers that hung up", { timeout: 180_000 }, async () => {
  const endedBefore = ended;
  let started = 0;
  for (; started < 2_000; started += 40) {
    await Promise.all(Array.from({ length: 40 }, (_, index) => hangUp(index)));
  }
  const end = Date.now() + 30_000;
  while ((workspace.openStatements() > 0 || workspace.openRequests() > 0) && Date.now() < end)
    await delay(50);
  expect([workspace.openStatements(), workspace.openRequests()]).toEqual([0, 0]);
  // What was opened and never used lies idle in the pool, which is bounded.
  expect(workspace.openSqlSessions()).toBeLessThanOrEqual(16);
  expect(ended - endedBefore).toBeGreaterThan(100);
  await delay(200);
  const { operations, sessions } = alive();
  expect(operations).toBeLessThan(20);
  expect(sessions).toBeLessThanOrEqual(16 + 20);
  expect(thriftCalls(workspace)).toContain("CloseSession");
});

/** The driver's objects that are still alive. */
function alive(): { operations: number; sessions: number } {
  return {
    operations: queryObjects(DBSQLOperation, { format: "count" }),
    sessions: queryObjects(DBSQLSession, { format: "count" }),
  };
}

async function hangUp(index: number): Promise<void> {
  const caller = new AbortController();
  const answer = gateway.run("execute_query", { sql: "SELECT 1" }, { signal: caller.signal });
  setTimeout(() => caller.abort(), index % 30);
  await answer.catch(() => undefined);
}
