// node scripts/outage.ts [seconds] [503|reset]: puts the product under a steady load and lets Databricks (the local workspace) fail
// every request for 60 s, or as long as given. Prints how many requests reach Databricks, compared with the same time without an
// outage, and when the last request that failed was sent. Exits with 1 if more than 1.1 times as many reach it, or if a request
// fails that was sent more than 5 s after the end of the outage.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startLocalWorkspace } from "@front-door/local-workspace";
import { startProduct } from "./start-product.ts";

const seconds = Number(process.argv[2] ?? 60);
const fault = process.argv[3] === "reset" ? ({ noReply: "reset" } as const) : { status: 503, body: "" };
const normalSeconds = 20;
const recoverySeconds = 10;
/** Every tick sends three listings and a query. */
const tickMs = 100;

const dir = mkdtempSync(join(tmpdir(), "outage-"));
const workspace = await startLocalWorkspace({ dir });
const product = await startProduct({
  env: {
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_TOKEN: "local-token-alice",
    LOG_LEVEL: "error",
    AUDIT_LOG: "off",
    CALLER_SHARE_PERCENT: "100",
  },
});

interface Ended {
  readonly startedAt: number;
  readonly status: number;
}

const underWay = new Set<Promise<void>>();
let ended: Ended[] = [];

function send(path: string, init?: RequestInit): void {
  const sent = exchange(path, init);
  underWay.add(sent);
  void sent.finally(() => underWay.delete(sent));
}

async function exchange(path: string, init?: RequestInit): Promise<void> {
  const startedAt = performance.now();
  let status = 0;
  try {
    const reply = await fetch(`${product.origin}${path}`, init);
    await reply.arrayBuffer();
    status = reply.status;
  } catch {
    // Without a reply.
  }
  ended.push({ startedAt, status });
}

/** Sends the load for so long, and returns how many requests reached Databricks. */
async function load(forSeconds: number): Promise<number> {
  let arrived = 0;
  workspace.clearRequests();
  const body = JSON.stringify({ sql: "SELECT 1", timeout_ms: 10_000 });
  const query = { method: "POST", headers: { "content-type": "application/json" }, body };
  for (let tick = 0; tick < (forSeconds * 1_000) / tickMs; tick++) {
    for (const path of ["/api/catalogs", "/api/schemas?catalog=main", "/api/me"]) send(path);
    send("/api/query", query);
    // The log has the newest 10,000.
    arrived += workspace.requests().length;
    workspace.clearRequests();
    await sleep(tickMs);
  }
  return arrived + workspace.requests().length;
}

await load(5);
const normal = ((await load(normalSeconds)) / normalSeconds) * seconds;
workspace.addFault(fault);
const during = await load(seconds);
workspace.clearFaults();
const overAt = performance.now();
ended = [];
await load(recoverySeconds);
await Promise.all(underWay);
const failedAfter = ended.filter(({ status }) => status !== 200).map(({ startedAt }) => startedAt - overAt);
const recoveryMs = Math.max(0, ...failedAfter);
console.log(
  JSON.stringify(
    {
      outageSeconds: seconds,
      normalRequests: Math.round(normal),
      requestsDuringOutage: during,
      ratio: Math.round((during / normal) * 1_000) / 1_000,
      lastFailureBeganMsAfterReturn: Math.round(recoveryMs),
      failedOfThoseAfterReturn: failedAfter.filter((ms) => ms > 0).length,
    },
    null,
    2,
  ),
);
await product[Symbol.asyncDispose]();
await workspace.close();
rmSync(dir, { recursive: true, force: true });
process.exit(during <= 1.1 * normal && recoveryMs <= 5_000 ? 0 : 1);
