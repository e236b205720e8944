// Run by hand, as root on Linux: node scripts/slow-callers.ts [seconds]. docs/limits.md has its figures.
// 1,000 slow readers and 1,000 slow writers at once, against a product that has 512 MiB: it lives, and another caller's
// small calls take less than a second.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { defaultSeed } from "@front-door/local-workspace/seed";
import { type RunningProduct, startProduct } from "./start-product.ts";

const memoryBytes = 512 * 2 ** 20;
const seconds = Number(process.argv[2] ?? 60);
const readers = 1_000;
const writers = 1_000;
const slowCallers = 8;
const volume = "/Volumes/main/default/files";
const sql = "SELECT id, repeat('x', 1000) FROM range(0, 5000000)";

/** A control group of the memory controller, of either version of the kernel's interface. */
function memoryGroup() {
  const isV2 = existsSync("/sys/fs/cgroup/cgroup.controllers");
  const root = isV2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
  const folder = join(root, `slow-callers-${process.pid}`);
  if (isV2) writeFileSync(join(root, "cgroup.subtree_control"), "+memory");
  mkdirSync(folder);
  writeFileSync(join(folder, isV2 ? "memory.max" : "memory.limit_in_bytes"), String(memoryBytes));
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const own = readFileSync("/proc/self/cgroup", "utf8");
  const home = (isV2 ? /^0::(.*)$/m : /^\d+:memory:(.*)$/m).exec(own)?.[1] ?? "/";
  return {
    enter: () => enterGroup(folder),
    leave: () => enterGroup(join(root, home)),
    peak: () => Number(read(isV2 ? "memory.peak" : "memory.max_usage_in_bytes")),
    kills: () => Number(/^oom_kill (\d+)$/m.exec(read(isV2 ? "memory.events" : "memory.oom_control"))?.[1]),
    remove: () => rmdirSync(folder),
  };
}

function enterGroup(folder: string): void {
  writeFileSync(join(folder, "cgroup.procs"), String(process.pid));
}

const keyOf = (name: string) => `fdk_${name.padEnd(43, "x")}`;

async function startWorkspace(dir: string): Promise<{ child: ChildProcess; url: string }> {
  const file = fileURLToPath(new URL("../packages/local-workspace/src/server.ts", import.meta.url));
  const child = spawn(process.execPath, [file], {
    env: {
      ...process.env,
      LOCAL_WORKSPACE_PORT: "0",
      LOCAL_WORKSPACE_DIR: dir,
      LOCAL_WORKSPACE_SAMPLE_DATA: "false",
      LOG_LEVEL: "error",
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [{ listening }] = (await once(child, "message")) as [{ listening: string }];
  return { child, url: listening };
}

const statuses = new Map<string, number>();
function count(what: string): void {
  statuses.set(what, (statuses.get(what) ?? 0) + 1);
}

const end = new AbortController();
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });

/** Calls again and again, as a client does that honours Retry-After, until the end. */
async function insist(what: string, once: () => Promise<string>): Promise<void> {
  while (!end.signal.aborted) {
    count(`${what}: ${await once()}`);
    await delay(1_000);
  }
}

/** Reads one KiB a second. */
function readSlowly(origin: string, key: string, path: string, post: string | undefined): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const headers = {
    "x-api-key": key,
    accept: "application/x-ndjson",
    ...(post === undefined ? {} : { "content-type": "application/json" }),
  };
  const method = post === undefined ? "GET" : "POST";
  const sent = request(origin + path, { method, headers, agent });
  sent.on("error", () => resolve("broken off"));
  sent.on("response", (reply: IncomingMessage) => {
    if (reply.statusCode !== 200) {
      reply.resume();
      return resolve(String(reply.statusCode));
    }
    count("being read");
    const timer = setInterval(() => void reply.read(1_024), 1_000);
    reply
      .on("error", () => undefined)
      .once("close", () => {
        clearInterval(timer);
        resolve("200");
      });
  });
  sent.end(post);
  return promise;
}

/** Writes one KiB a second. */
function writeSlowly(origin: string, key: string, path: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const sent = request(origin + path, { method: "PUT", headers: { "x-api-key": key }, agent });
  const timer = setInterval(() => sent.write(Buffer.alloc(1_024)), 1_000);
  sent.on("error", () => resolve("broken off"));
  sent.on("response", (reply: IncomingMessage) => resolve(String(reply.resume().statusCode)));
  sent.once("close", () => clearInterval(timer));
  return promise.finally(() => sent.destroy());
}

async function quickCalls(origin: string): Promise<number[]> {
  const times: number[] = [];
  while (!end.signal.aborted) {
    const startedAt = performance.now();
    const reply = await fetch(`${origin}/api/catalogs`, { headers: { "x-api-key": keyOf("quick") } });
    await reply.arrayBuffer();
    times.push(performance.now() - startedAt);
    if (reply.status !== 200) count(`small calls: ${reply.status}`);
    await delay(50);
  }
  return times.toSorted((a, b) => a - b);
}

function rss(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

async function measure(product: RunningProduct, group: ReturnType<typeof memoryGroup>): Promise<boolean> {
  const { origin } = product;
  const names = ["databricks-gateway", "api"] as const;
  const pids = names.map((name) => product.pidOf(name));
  const idle = pids.map(rss);
  const peaks = [...idle];
  const watch = setInterval(() => {
    for (const [index, pid] of pids.entries()) peaks[index] = Math.max(peaks[index] ?? 0, rss(pid));
  }, 100);
  const big = `/api/files?path=${encodeURIComponent(`${volume}/big.bin`)}`;
  const put = { method: "PUT", headers: { "x-api-key": keyOf("quick") }, body: Buffer.alloc(64 * 2 ** 20) };
  count(`the large file: ${(await fetch(origin + big, put)).status}`);
  const key = (index: number) => keyOf(`slow-${index % slowCallers}`);
  const query = JSON.stringify({ sql });
  for (let index = 0; index < readers; index++) {
    const isQuery = index % 2 === 0;
    const read = () =>
      readSlowly(origin, key(index >> 1), isQuery ? "/api/query" : big, isQuery ? query : undefined);
    void insist(isQuery ? "query" : "download", read);
  }
  for (let index = 0; index < writers; index++) {
    const path = `/api/files?path=${encodeURIComponent(`${volume}/slow-${index}.bin`)}`;
    void insist("upload", () => writeSlowly(origin, key(index), path));
  }
  const quick = quickCalls(origin);
  await delay(seconds * 1_000);
  end.abort();
  const times = await quick;
  clearInterval(watch);
  const at = (part: number) => Math.round(times[Math.floor((times.length - 1) * part)] ?? Number.NaN);
  const [gatewayIdle, apiIdle] = idle.map(Math.round);
  const [gatewayPeak, apiPeak] = peaks.map(Math.round);
  console.log(Object.fromEntries(statuses));
  console.log(`gateway: ${gatewayIdle} MiB idle, ${gatewayPeak} MiB at most`);
  console.log(`front door: ${apiIdle} MiB idle, ${apiPeak} MiB at most`);
  console.log(`control group: ${Math.round(group.peak() / 2 ** 20)} MiB at most, ${group.kills()} killed`);
  console.log(
    `small calls of another caller: ${times.length}, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms`,
  );
  const lives = names.every((name, index) => product.pidOf(name) === pids[index]);
  return lives && group.kills() === 0 && at(0.99) < 1_000;
}

const folder = mkdtempSync(join(tmpdir(), "slow-callers-"));
const workspace = await startWorkspace(join(folder, "workspace"));
const group = memoryGroup();
const keysFile = join(folder, "keys.jsonl");
const names = ["quick", ...Array.from({ length: slowCallers }, (_, index) => `slow-${index}`)];
const digest = (key: string) => createHash("sha256").update(key).digest("hex");
writeFileSync(
  keysFile,
  names
    .map((name) =>
      JSON.stringify({
        name,
        sha256: digest(keyOf(name)),
        operations: ["*"],
        expires: "2100-01-01T00:00:00.000Z",
      }),
    )
    .join("\n"),
);
const [principal] = defaultSeed.servicePrincipals;
// What this process starts meanwhile is in the group.
group.enter();
const product = await startProduct({
  env: {
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_CLIENT_ID: String(principal?.applicationId),
    DATABRICKS_CLIENT_SECRET: String(principal?.clientSecret),
    NODE_EXTRA_CA_CERTS: join(folder, "workspace", "tls", "ca.pem"),
    API_AUTH: "api-key",
    API_KEYS_FILE: keysFile,
    RATE_LIMIT_PER_MINUTE: "0",
    LOG_LEVEL: "error",
    AUDIT_LOG: "off",
  },
});
group.leave();
try {
  process.exitCode = (await measure(product, group)) ? 0 : 1;
} finally {
  await product[Symbol.asyncDispose]();
  // It would first end what it runs.
  workspace.child.kill("SIGKILL");
  group.remove();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
