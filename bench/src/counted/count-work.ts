import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startFrontDoor } from "../contenders/front-door.ts";
import { ownRoutes } from "../contenders/own-routes.ts";
import type { LoadRequest } from "../load/plan.ts";
import { ioFigures } from "../measure/process-figures.ts";
import type { MeasuredProcess } from "../measured-process.ts";
import { startUpstream } from "../upstreams/start-upstream.ts";

/** Work for one request, by what it is a count of: `api: bytes read`. */
export type Counts = Record<string, number>;

const mebibyte = 1024 * 1024;
const warmUps = 60;
const rounds = 5;

/** What is sent, and how often in each round. */
const kinds: Readonly<Record<string, { readonly times: number; readonly request: LoadRequest }>> = {
  "200 B of JSON": { times: 40, request: ownRoutes.listSchemas("small") },
  "20 KB of JSON": { times: 20, request: ownRoutes.listSchemas("large") },
  "1 MiB down": { times: 4, request: ownRoutes.readFile(`${mebibyte}-file.bin`) },
  "1 MiB up": { times: 4, request: ownRoutes.writeFile("file.bin", mebibyte) },
};

const nodeArgs = [
  "--import",
  new URL("./heap-preload.ts", import.meta.url).href,
  "--expose-gc",
  "--no-opt",
  "--no-maglev",
  "--min-semi-space-size=128",
  "--max-semi-space-size=128",
];

/**
 * Sends a fixed number of requests of each kind through both processes, one at a time, and counts what that takes:
 * requests at the upstream, bytes through system calls, bytes of heap. Neither times nor numbers of system calls: how
 * many pieces a message comes in depends on how busy the machine is. What the processes do beside the requests can only
 * add to a count, so each is the least of several rounds.
 */
export async function countWork({ parseTwice = false } = {}): Promise<Record<string, Counts>> {
  const folder = mkdtempSync(join(tmpdir(), "front-door-counted-"));
  const upstream = await startUpstream("fixed replies", folder);
  const env = { BENCH_PARSE_TWICE: String(parseTwice) };
  const running = await startFrontDoor(upstream, folder, (name) => ({
    nodeArgs,
    env: {
      ...env,
      NODE_OPTIONS: "",
      BENCH_HEAP_FILE: heapFile(folder, name),
      // To a file each line is written when it comes; to standard output as many together as come in a certain time.
      AUDIT_LOG: join(folder, "audit.log"),
    },
  })).catch(async (error: unknown) => {
    await upstream.process.stop();
    throw error;
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const counts: Record<string, Counts> = {};
    for (const [kind, { times, request: one }] of Object.entries(kinds)) {
      for (let sent = 0; sent < warmUps; sent += 1) await send(agent, running.origin, one);
      const counted = { folder, processes: running.processes, upstreamOrigin: upstream.origin };
      const each: Counts[] = [];
      for (let round = 0; round < rounds; round += 1) {
        each.push(await countRound(kind, counted, times, () => send(agent, running.origin, one)));
      }
      counts[kind] = least(each);
    }
    return counts;
  } finally {
    agent.destroy();
    await running.stop();
    await upstream.process.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Counted {
  readonly folder: string;
  readonly processes: readonly MeasuredProcess[];
  readonly upstreamOrigin: string;
}

function least([first = {}, ...others]: readonly Counts[]): Counts {
  const names = Object.keys(first);
  const leastOf = (name: string) => Math.min(...[first, ...others].map((counts) => counts[name] ?? 0));
  return Object.fromEntries(names.map((name) => [name, leastOf(name)]));
}

async function countRound(
  kind: string,
  counted: Counted,
  times: number,
  exchange: () => Promise<void>,
): Promise<Counts> {
  const { folder, processes, upstreamOrigin } = counted;
  for (const each of processes) await allocated(each, folder);
  // What the last request left to be done is no work of these.
  await delay(50);
  const before = await snapshot(processes, upstreamOrigin);
  for (let sent = 0; sent < times; sent += 1) await exchange();
  const after = await snapshot(processes, upstreamOrigin);
  for (const each of processes) {
    const bytes = await allocated(each, folder);
    // Buffers outside the heap make V8 collect early, and then what was allocated cannot be told.
    if (!kind.includes("MiB")) after[`${each.name}: bytes of heap`] = bytes;
  }
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [
      name,
      Math.round(((value - (before[name] ?? 0)) / times) * 100) / 100,
    ]),
  );
}

async function snapshot(processes: readonly MeasuredProcess[], upstreamOrigin: string): Promise<Counts> {
  const counts: Counts = {};
  for (const { name, pid } of processes) {
    const { bytesRead, bytesWritten } = ioFigures(pid);
    counts[`${name}: bytes read`] = bytesRead;
    counts[`${name}: bytes written`] = bytesWritten;
  }
  const stats = (await (await fetch(`${upstreamOrigin}/stats`)).json()) as { requests: number };
  counts["upstream: requests"] = stats.requests;
  return counts;
}

function heapFile(folder: string, name: string): string {
  return join(folder, `${name}.heap`);
}

/** Bytes of heap that the process has allocated since this was asked last. */
async function allocated({ name, pid }: MeasuredProcess, folder: string): Promise<number> {
  const file = heapFile(folder, name);
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  for (let waited = 0; waited < 6_000; waited += 1) {
    if (existsSync(file)) return Number(readFileSync(file, "utf8"));
    await delay(10);
  }
  throw new Error(`${name} does not say what it has allocated`);
}

const filler = Buffer.alloc(mebibyte);

async function send(
  agent: Agent,
  origin: string,
  { method, path, headers = {}, bodyBytes = 0 }: LoadRequest,
): Promise<void> {
  const outgoing = request(`${origin}${path}`, {
    agent,
    method,
    headers: { ...headers, "content-length": bodyBytes },
  });
  outgoing.end(bodyBytes === 0 ? undefined : filler.subarray(0, bodyBytes));
  const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
  reply.resume();
  await once(reply, "end");
  if ((reply.statusCode ?? 500) >= 300) throw new Error(`${method} ${path}: ${reply.statusCode}`);
}
