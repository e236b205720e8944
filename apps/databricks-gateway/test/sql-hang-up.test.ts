import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DBSQLClient } from "@databricks/sql";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { endless, endlessly } from "@front-door/local-workspace/test/endless-statement";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { type GatewayUnderTest, startGateway, until } from "./gateway-under-test.ts";
import { startSqlWorkspace, thriftCalls } from "./sql-under-test.ts";

const require = createRequire(import.meta.url);
const { default: DBSQLSession } = require("@databricks/sql/dist/DBSQLSession.js") as {
  default: { prototype: DriverSession };
};
interface DriverSession {
  executeStatement(...args: never[]): Promise<object>;
}

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startSqlWorkspace({ sqlLimits: { directResultsWaitMs: 300 } });
  gateway = await startGateway(workspace.url);
  // Loads the driver, which takes a while.
  await hangUp(endless, "when it runs");
  await until(() => workspace.openSqlSessions() === 0, "its session is closed");
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
beforeEach(() => {
  workspace.clearRequests();
  workspace.clearStatements();
});

const seen = (thriftMethod: string) =>
  workspace
    .requests()
    .findLast((request) => (request as { thriftMethod?: string }).thriftMethod === thriftMethod);

test.each([
  ["after Databricks has answered the statement with a handle", "done"],
  ["while Databricks has not answered the statement itself", "open"],
])("a caller that hangs up %s has it cancelled", async (_when, state) => {
  const caller = new AbortController();
  const answer = gateway.run("execute_query", { sql: endless }, { signal: caller.signal });
  await until(
    () => workspace.statements().length === 1 && seen("ExecuteStatement")?.state === state,
    "it runs",
  );
  caller.abort();
  await expect(answer).rejects.toThrow(/abort/i);
  await until(() => workspace.statements()[0]?.state === "canceled", "it is cancelled");
  await until(() => workspace.openStatements() === 0 && workspace.openSqlSessions() === 0, "all is closed");
  expect(gateway.log.at(-1)).toMatchObject({ op: "execute_query", status: 499 });
});

test("a caller that hangs up while a session is opened leaves no statement", async () => {
  workspace.addFault({ thriftMethod: "OpenSession", delayMs: 300, times: 1 });
  const caller = new AbortController();
  // No session from before has this catalog.
  const params = { sql: "SELECT 1", catalog: "main" };
  const answer = gateway.run("execute_query", params, { signal: caller.signal });
  answer.catch(() => undefined);
  await until(() => seen("OpenSession") !== undefined, "the session is being opened");
  caller.abort();
  await expect(answer).rejects.toThrow(/abort/i);
  await until(() => seen("OpenSession")?.state !== "open", "the session is open");
  // A statement would follow at once.
  await delay(100);
  expect(workspace.statements()).toEqual([]);
});

// Forty of them hang up while their statement runs: a leak of one object for each is more than what the bounds allow.
test("160 callers that hang up leave nothing behind", async () => {
  const operations = watchMade(DBSQLSession.prototype, "executeStatement");
  const sessions = watchMade(DBSQLClient.prototype, "openSession");
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        hangUp(endlessly(`SELECT ${round}, ${index}`), index % 4 === 0 ? "when it runs" : index),
      ),
    );
  }
  await until(() => workspace.openStatements() === 0 && workspace.openRequests() === 0, "all is closed");
  // Sessions that were opened and not used lie idle in the pool, which is bounded.
  expect(workspace.openSqlSessions()).toBeLessThanOrEqual(16);
  const canceled = workspace.statements().filter(({ state }) => state === "canceled");
  expect(canceled.length).toBeGreaterThanOrEqual(40);
  expect([operations.made() > 30, sessions.made() > 30]).toEqual([true, true]);
  const patiently = { interval: 200 };
  await expect.poll(operations.alive, patiently).toBeLessThan(10);
  await expect.poll(sessions.alive, patiently).toBeLessThanOrEqual(16 + 10);
  expect(thriftCalls(workspace)).toContain("CloseSession");
});

/** Counts what an async method of the driver makes from now on, without keeping it alive. Until the test ends. */
function watchMade<Name extends string>(
  prototype: Record<Name, (...args: never[]) => Promise<object>>,
  name: Name,
): { made(this: void): number; alive(this: void): number } {
  const made: WeakRef<object>[] = [];
  const method = prototype[name];
  prototype[name] = async function (this: unknown, ...args) {
    const object = await method.apply(this, args);
    made.push(new WeakRef(object));
    return object;
  };
  onTestFinished(() => void (prototype[name] = method));
  return {
    made: () => made.length,
    alive: () => {
      collectGarbage();
      return made.filter((each) => each.deref() !== undefined).length;
    },
  };
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** Sends a statement and hangs up after so many milliseconds, wherever the call is then, or when the statement runs. */
async function hangUp(sql: string, when: number | "when it runs"): Promise<void> {
  const caller = new AbortController();
  const answer = gateway.run("execute_query", { sql }, { signal: caller.signal });
  answer.catch(() => undefined);
  if (when === "when it runs") {
    await until(() => workspace.statements().some(({ statement }) => statement === sql), when);
  } else await delay(when);
  caller.abort();
  await expect(answer).rejects.toThrow(/abort/i);
}
