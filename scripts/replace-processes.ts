import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startLocalWorkspace } from "@front-door/local-workspace";
import { freePorts } from "./free-ports.ts";
import { processEnvironments } from "./process-environments.ts";
import { makeSocketFolder } from "./socket-folder.ts";
import { Supervisor } from "./supervisor.ts";

/** What came of the requests while processes were replaced. */
export interface Replacements {
  readonly requests: number;
  /** Those of unknown outcome, which say so. */
  readonly unknown: number;
  /** Uploads that were on their way in a killed gateway: they say `retryable`, and did succeed when they were sent again. */
  readonly sentAgain: number;
  /** All other failures, one line each. */
  readonly failed: readonly string[];
  /** The longest that one request took. */
  readonly slowestMs: number;
  /** Writes that were acknowledged and did not run just once. */
  readonly wrongWrites: readonly string[];
}

type Signal = "SIGTERM" | "SIGKILL";

const root = dirname(import.meta.dirname);
const files = "/Volumes/main/default/files";
const callersAtOnce = 8;
/** Of each caller, between two rounds of requests: a process that starts needs the CPU more. */
const pauseMs = 500;
/** Long enough for the balancer to see that a front door is not ready. */
const drainMs = 1_000;
const probeMs = 100;
const startMsMax = 120_000;

/**
 * Replaces the gateway, and each of two front doors behind a small balancer, `times` times each under load, the gateway by
 * `signal`. The supervisor starts each of them again.
 */
export async function replaceProcesses(times: number, signal: Signal = "SIGTERM"): Promise<Replacements> {
  const folder = mkdtempSync(join(tmpdir(), "replacements-"));
  const workspace = await startLocalWorkspace({ dir: join(folder, "workspace") });
  const supervisor = new Supervisor({
    say: () => undefined,
    onLine: () => undefined,
    crashesMax: Number.POSITIVE_INFINITY,
  });
  try {
    const origins = await startAll(supervisor, workspace.url, folder);
    const balancer = new Balancer(origins);
    const load = new Load(balancer, signal);
    await load.begin();
    for (let round = 0; round < times; round++) {
      for (const name of ["gateway", "api 0", "api 1"]) {
        await load.untilMoreSucceed(20);
        supervisor.send(name, name === "gateway" ? signal : "SIGTERM");
        // A process that has just been told to end can still be ready.
        await sleep(drainMs + probeMs);
        await balancer.untilAllAreReady();
      }
    }
    await load.untilMoreSucceed(20);
    const outcome = await load.end();
    balancer.close();
    return outcome;
  } finally {
    await supervisor.stop(0);
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves to the URLs of the two front doors. */
async function startAll(supervisor: Supervisor, workspaceUrl: string, folder: string): Promise<string[]> {
  const ports = await freePorts(2);
  const environment = {
    PATH: process.env["PATH"],
    HOME: folder,
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    DATABRICKS_HOST: workspaceUrl,
    DATABRICKS_TOKEN: "local-token-alice",
    GATEWAY_PORT: "off",
    SETTINGS_FILE: join(folder, "settings.env"),
    AUDIT_LOG: join(folder, "audit.log"),
    CONSOLE: "off",
    CALLER_SHARE_PERCENT: "100",
    DRAIN_MS: String(drainMs),
    LOG_LEVEL: "error",
  };
  const { api, gateway } = processEnvironments({
    root,
    environment,
    files: { api: {}, gateway: {}, apiFile: environment.SETTINGS_FILE },
    socket: makeSocketFolder(),
  });
  const start = (name: string, app: string, env: typeof api) =>
    supervisor.start({ name, env, args: [resolve(root, app, "src/server.ts")], restart: true });
  await start("gateway", "apps/databricks-gateway", gateway);
  const urls = ports.map((port, at) =>
    start(`api ${at}`, "apps/api", { ...api, PORT: String(port) }).then((url) => String(url)),
  );
  return Promise.all(urls);
}

/** Sends requests to the front doors that are ready, as a load balancer does. */
class Balancer {
  readonly #origins: readonly string[];
  #ready: readonly string[];
  #turn = 0;
  readonly #probing: NodeJS.Timeout;

  constructor(origins: readonly string[]) {
    this.#origins = origins;
    this.#ready = origins;
    this.#probing = setInterval(() => void this.#probe(), probeMs);
  }

  /** Returns whether all are ready. */
  async #probe(): Promise<boolean> {
    const isReady = await Promise.all(
      this.#origins.map((origin) =>
        fetch(`${origin}/ready`).then(
          ({ status }) => status === 200,
          () => false,
        ),
      ),
    );
    const ready = this.#origins.filter((_, at) => isReady[at]);
    // While none is, each is as good as the other: both may wait for a gateway.
    this.#ready = ready.length > 0 ? ready : this.#origins;
    return ready.length === this.#origins.length;
  }

  /** A refused connection has sent nothing, so the next front door gets the request. */
  async send(path: string, init: RequestInit): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const origin = this.#ready[this.#turn++ % this.#ready.length];
      try {
        return await fetch(`${origin}${path}`, init);
      } catch (error) {
        if (attempt === 10 || !isRefused(error)) throw error;
        await sleep(probeMs);
      }
    }
  }

  async untilAllAreReady(): Promise<void> {
    const endsAt = performance.now() + startMsMax;
    while (!(await this.#probe())) {
      if (performance.now() > endsAt) throw new Error(`a front door was not ready after ${startMsMax} ms`);
      await sleep(probeMs);
    }
  }

  close(): void {
    clearInterval(this.#probing);
  }
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}

interface Reply {
  readonly status: number;
  readonly body: {
    readonly outcome?: string;
    readonly retryable?: boolean;
    readonly error?: string;
    readonly rows?: unknown[][];
  };
}

/** Callers that read and write all the time. */
class Load {
  readonly #balancer: Balancer;
  readonly #signal: Signal;
  readonly #acknowledged = new Set<string>();
  readonly #failed: string[] = [];
  #requests = 0;
  #succeeded = 0;
  #unknown = 0;
  #sentAgain = 0;
  #slowestMs = 0;
  #isOver = false;
  #callers: Promise<unknown> = Promise.resolve();

  constructor(balancer: Balancer, signal: Signal) {
    this.#balancer = balancer;
    this.#signal = signal;
  }

  async begin(): Promise<void> {
    await this.#query("CREATE TABLE main.default.replaced (id STRING)");
    this.#callers = Promise.all(Array.from({ length: callersAtOnce }, (_, caller) => this.#run(caller)));
  }

  /** The load must go on for the next replacement to meet it. */
  async untilMoreSucceed(count: number): Promise<void> {
    for (const enough = this.#succeeded + count; this.#succeeded < enough; ) await sleep(10);
  }

  async end(): Promise<Replacements> {
    this.#isOver = true;
    await this.#callers;
    const { body } = await this.#query("SELECT id, count(*) FROM main.default.replaced GROUP BY id");
    const times = new Map(body.rows?.map(([id, count]) => [String(id), Number(count)]));
    const notOnce = [...this.#acknowledged].filter((id) => times.get(id) !== 1);
    const twice = [...times].filter(([, count]) => count > 1).map(([id]) => id);
    return {
      requests: this.#requests,
      unknown: this.#unknown,
      sentAgain: this.#sentAgain,
      failed: this.#failed,
      slowestMs: Math.round(this.#slowestMs),
      wrongWrites: [...new Set([...notOnce, ...twice])],
    };
  }

  async #run(caller: number): Promise<void> {
    const path = `${files}/replaced-${caller}`;
    for (let index = 0; !this.#isOver; index++) {
      const id = `${caller}-${index}`;
      await this.#send("list", "/api/catalogs");
      await this.#send("upload", `/api/files?path=${path}`, { method: "PUT", body: id });
      await this.#send("download", `/api/files?path=${path}`);
      await this.#query("SELECT 1");
      const insert = await this.#query(`INSERT INTO main.default.replaced VALUES ('${id}')`);
      if (insert.status === 200) this.#acknowledged.add(id);
      await sleep(pauseMs);
    }
  }

  #query(sql: string): Promise<Reply> {
    const headers = { "content-type": "application/json" };
    return this.#send(sql.slice(0, 6), "/api/query", {
      method: "POST",
      headers,
      body: JSON.stringify({ sql }),
    });
  }

  async #send(name: string, path: string, init: RequestInit = {}): Promise<Reply> {
    const startedAt = performance.now();
    let reply = await this.#replyTo(path, init);
    this.#requests += 1;
    // The front door sends everything else again itself; the bytes of a file it no longer has.
    if (name === "upload" && this.#signal === "SIGKILL" && reply.body.retryable === true) {
      this.#sentAgain += 1;
      reply = await this.#replyTo(path, init);
    }
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startedAt);
    if (reply.status < 300) this.#succeeded += 1;
    else if (reply.body.outcome === "unknown") this.#unknown += 1;
    else this.#failed.push(`${name}: ${reply.status} ${reply.body.error}`);
    return reply;
  }

  async #replyTo(path: string, init: RequestInit): Promise<Reply> {
    try {
      const reply = await this.#balancer.send(path, init);
      const text = await reply.text();
      const isJson = reply.headers.get("content-type")?.startsWith("application/json") === true;
      return { status: reply.status, body: isJson ? (JSON.parse(text) as Reply["body"]) : {} };
    } catch (error) {
      const { message, cause } = error as Error;
      return { status: 0, body: { error: `${message} ${String(cause)}` } };
    }
  }
}
