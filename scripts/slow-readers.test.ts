import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type LocalWorkspace, startLocalWorkspace } from "@front-door/local-workspace";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { freePorts } from "./free-ports.ts";

const mebibyte = 2 ** 20;
/** Small, so that most readers are refused, and the local workspace need not encode their rows. */
const streamBytesMax = 8 * mebibyte;
const readers = 21;
/** More at once would starve the local workspace on a busy machine, which has to encode the rows of all of them. */
const readersAtOnce = 7;
/** Without a budget each of them takes 8 MiB of the gateway. */
const growthBytesMax = 128 * mebibyte;
const sql = "SELECT id, repeat('x', 1000) FROM range(0, 10000)";
/** Of 30 MB each, which the gateway has twice for a moment. */
const largeRows = 4;
/** What has been given back is not collected at once. */
const largeRowsGrowthBytesMax = 192 * mebibyte;

const server = fileURLToPath(new URL("../apps/databricks-gateway/src/server.ts", import.meta.url));
const secret = "a-secret-of-the-slow-readers";
let folder: string;
let workspace: LocalWorkspace;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slow-readers-"));
  workspace = await startLocalWorkspace({ dir: join(folder, "workspace"), tls: true });
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true });
});

interface Gateway {
  readonly pid: number;
  readonly port: number;
}

/** The gateway as a process of its own, whose memory is nobody else's. */
async function startGateway(): Promise<Gateway> {
  const [port = 0] = await freePorts(1);
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = fork(server, {
    // Not those of the tests.
    execArgv: [],
    env: {
      PATH,
      NODE_COMPILE_CACHE,
      HOME: folder,
      GATEWAY_PORT: String(port),
      GATEWAY_SECRET: secret,
      DATABRICKS_HOST: workspace.url,
      DATABRICKS_TOKEN: "local-token-alice",
      NODE_EXTRA_CA_CERTS: workspace.caFile,
      AUDIT_LOG: "off",
      LOG_LEVEL: "error",
      STREAM_BYTES_MAX: String(streamBytesMax),
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "message");
  const gateway = { pid: Number(child.pid), port };
  // What the first query loads is not what the others take.
  const { statuses, end } = stall(gateway, 1, { sql: "SELECT 1" });
  expect(await Promise.all(statuses)).toEqual([200]);
  end();
  return gateway;
}

function rss({ pid }: Gateway): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Runs queries whose replies are not read, and returns their statuses. */
function stall({ port }: Gateway, count: number, params: object) {
  const agent = new Agent({ maxSockets: count });
  const headers = { "content-type": "application/json", "x-gateway-secret": secret };
  const sent = Array.from({ length: count }, () =>
    request({ port, path: "/run", method: "POST", headers, agent }).on("error", () => undefined),
  );
  const statuses = sent.map(async (each) => {
    each.end(JSON.stringify({ op: "execute_query", params: { format: "ndjson", ...params } }));
    const [reply] = (await once(each, "response")) as [IncomingMessage];
    return Number(reply.pause().statusCode);
  });
  return {
    statuses,
    end: () => {
      for (const each of sent) each.destroy();
    },
  };
}

async function untilItRests(gateway: Gateway): Promise<void> {
  for (
    let before = 0, now = rss(gateway);
    Math.abs(now - before) > mebibyte;
    before = now, now = rss(gateway)
  ) {
    await sleep(1_000);
  }
}

it("21 readers of query results who do not read take no more of the gateway than its budget", async () => {
  const gateway = await startGateway();
  const idle = rss(gateway);
  const ends: (() => void)[] = [];
  while (ends.length < readers / readersAtOnce) {
    const { statuses, end } = stall(gateway, readersAtOnce, { sql });
    ends.push(end);
    // The first ones take what makes them faster, so the last ones can find the caller's share used up.
    for (const status of await Promise.all(statuses)) expect(status).toBeOneOf([200, 429]);
  }
  await untilItRests(gateway);
  const growth = rss(gateway) - idle;

  for (const end of ends) end();
  expect(growth).toBeLessThan(growthBytesMax);
});

it("large rows that nobody reads take no more of the gateway than the memory that is set aside for them", async () => {
  const gateway = await startGateway();
  const idle = rss(gateway);
  let most = idle;
  const watch = setInterval(() => {
    most = Math.max(most, rss(gateway));
  }, 10);
  using _watching = { [Symbol.dispose]: () => clearInterval(watch) };
  const { statuses, end } = stall(gateway, largeRows, { sql: "SELECT repeat('x', 30000000)" });
  // As many as fit are read, and the others wait for their memory.
  expect(await Promise.race(statuses)).toBe(200);
  await untilItRests(gateway);
  end();

  expect(most - idle).toBeLessThan(largeRowsGrowthBytesMax);
});
