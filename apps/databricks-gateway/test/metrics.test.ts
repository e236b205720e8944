import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace } from "@front-door/local-workspace";
import { endless } from "@front-door/local-workspace/test/endless-statement";
import { openMetrics } from "@front-door/service-runtime";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAuditSink } from "../src/audit/audit-sink.ts";
import { auditMetrics } from "../src/metrics/audit-metrics.ts";
import { databricksMetrics } from "../src/metrics/databricks-metrics.ts";
import { type GatewayUnderTest, startGateway, tokenOf } from "./gateway-under-test.ts";
import { startSqlWorkspace, warehouseId } from "./sql-under-test.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;
/** The value of a sample, by its name and labels as they are written. */
let sample: (name: string) => Promise<number | undefined>;
let stopsMeasuring: (() => void)[];

beforeAll(async () => {
  workspace = await startSqlWorkspace();
  const metrics = await openMetrics();
  stopsMeasuring = [databricksMetrics(metrics), auditMetrics(metrics)];
  gateway = await startGateway(
    workspace.url,
    { DATABRICKS_TOKEN: tokenOf.alice, DATABRICKS_WAREHOUSE_ID: warehouseId },
    { metrics },
  );
  sample = async (name) => {
    const lines = (await metrics.registry.metrics()).split("\n");
    const line = lines.find((each) => each.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length));
  };
});
afterAll(async () => {
  for (const stop of stopsMeasuring) stop();
  await gateway.close();
  await workspace.close();
});

test("a statement counts while it runs, and its session while it is kept for the next one", async () => {
  const operations = 'front_door_gateway_requests_in_progress{operation="execute_query"}';
  const hungUp = new AbortController();
  const running = gateway.run("execute_query", { sql: endless }, { signal: hungUp.signal });
  running.catch(() => undefined);
  await expect.poll(() => sample("front_door_gateway_sql_statements")).toBe(1);
  expect(await sample(operations)).toBe(1);
  hungUp.abort();
  await expect.poll(() => sample("front_door_gateway_sql_statements")).toBe(0);
  await expect.poll(() => sample(operations)).toBe(0);
  await gateway.run("execute_query", { sql: "SELECT id FROM range(0, 7)" });
  await expect.poll(() => sample('front_door_gateway_rows_total{operation="execute_query"}')).toBe(7);
  await expect.poll(() => sample("front_door_gateway_sql_sessions_idle")).toBe(1);
});

test("a request to Databricks counts until its reply begins", async () => {
  const inProgress = 'front_door_databricks_requests_in_progress{api="unity-catalog"}';
  workspace.addFault({ path: "/api/2.1/unity-catalog/*", times: 1, noReply: "silent" });
  const hungUp = new AbortController();
  const running = gateway.run("list_catalogs", {}, { signal: hungUp.signal });
  running.catch(() => undefined);
  // The fault is for this request, so it has to arrive.
  await expect.poll(() => workspace.openRequests()).toBe(1);
  expect(await sample(inProgress)).toBe(1);
  hungUp.abort();
  await expect.poll(() => sample(inProgress)).toBe(0);
  await gateway.run("list_catalogs");
  expect(await sample(inProgress)).toBe(0);
});

test("audit lines that could not be written are counted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  const log = join(folder, "audit.log");
  const config = {
    log,
    durability: "strict",
    fileBytesMax: 1_000,
    filesMax: 1,
    sql: false,
    parameters: false,
  } as const;
  const sink = openAuditSink(config, pino({ level: "silent" }));
  rmSync(folder, { recursive: true });
  sink.write("a line");
  await expect.poll(() => sample("front_door_gateway_audit_lines_lost_total")).toBe(1);
  await sink.close();
});
