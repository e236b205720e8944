import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { setDefaultCACertificates } from "node:tls";
import { findChild } from "../find-child.ts";
import { type ProcessEnvironments, processEnvironments } from "../process-environments.ts";
import { makeSocketFolder } from "../socket-folder.ts";
import { Supervisor } from "../supervisor.ts";
import { untilReady } from "../until-ready.ts";
import { type Caller, gatewayPrincipal, replaceFile, writeKeys } from "./callers.ts";
import { WorkspaceUnderSoak } from "./workspace-under-soak.ts";

const root = dirname(dirname(import.meta.dirname));
const patienceMs = 120_000;

export type Killed = "api" | "databricks-gateway";

/** The product with a local workspace, both processes started again whenever they end. */
export class ProductUnderSoak {
  readonly origin: string;
  readonly folder: string;
  readonly workspace: WorkspaceUnderSoak;
  readonly metricsPorts: Readonly<Record<Killed, number>>;
  readonly #supervisor: Supervisor;
  /** When the front door was sent a signal, and until when it was not back for everybody. */
  #awaySince = 0;
  #awayUntil = 0;
  /** Of GATEWAY_SECRET: ids of statements are good for one generation. Odd while the secret is changed, when both are in use. */
  secretGeneration = 0;

  private constructor(
    facts: Pick<ProductUnderSoak, "origin" | "folder" | "workspace" | "metricsPorts">,
    supervisor: Supervisor,
  ) {
    this.origin = facts.origin;
    this.folder = facts.folder;
    this.workspace = facts.workspace;
    this.metricsPorts = facts.metricsPorts;
    this.#supervisor = supervisor;
  }

  static async start(folder: string, callers: readonly Caller[]): Promise<ProductUnderSoak> {
    const [port, gatewayPort, workspacePort, metricsPort] = await lastingPorts(4);
    const supervisor = new Supervisor({
      say: (line) => appendFileSync(join(folder, "supervisor.log"), `${line}\n`),
      onLine: (name, line) => appendFileSync(join(folder, `${name}.log`), `${line}\n`),
      restartDelayMs: 10,
      restartDelayMsMax: 10,
      crashesMax: Number.POSITIVE_INFINITY,
    });
    const dir = join(folder, "workspace");
    const url = await supervisor.start({
      name: "local workspace",
      args: [join(import.meta.dirname, "workspace-process.ts"), String(workspacePort), dir],
      env: process.env,
      restart: false,
    });
    if (url === undefined) throw new Error("the local workspace did not start");
    const ca = join(dir, "tls", "ca.pem");
    setDefaultCACertificates([readFileSync(ca, "utf8")]);
    replaceFile(join(folder, "client-secret"), gatewayPrincipal.clientSecret);
    replaceFile(join(folder, "gateway-secret"), randomBytes(32).toString("base64url"));
    writeKeys(join(folder, "keys.jsonl"), callers);
    const environments = settings({ folder, port, gatewayPort, metricsPort, url, ca });
    for (const name of ["databricks-gateway", "api"] as const) {
      const env = name === "api" ? environments.api : environments.gateway;
      const args = [resolve(root, "apps", name, "src/server.ts")];
      await supervisor.start({ name, args, env, restart: true });
    }
    const origin = `http://127.0.0.1:${port}`;
    if (!(await untilReady(origin, patienceMs))) throw new Error("the product did not become ready");
    const metricsPorts = { api: Number(metricsPort), "databricks-gateway": Number(metricsPort) + 1 };
    return new ProductUnderSoak(
      { origin, folder, workspace: new WorkspaceUnderSoak(url), metricsPorts },
      supervisor,
    );
  }

  /** Throws when the process does not run at this moment. */
  pidOf(name: Killed | "workspace-process"): number {
    const file = name === "workspace-process" ? "/soak/workspace-process.ts" : `/${name}/src/server.ts`;
    return findChild(process.pid, file);
  }

  /** Ends a process, and resolves once the next one answers. */
  async kill(name: Killed, signal: NodeJS.Signals): Promise<void> {
    const pid = this.pidOf(name);
    if (name === "api") this.#leave();
    this.#supervisor.send(name, signal);
    await this.#untilAnother(name, pid);
    if (name === "api") this.#return();
  }

  /** Gives both processes a new secret between them, which takes a restart of both. */
  async changeGatewaySecret(): Promise<void> {
    this.#leave();
    replaceFile(join(this.folder, "gateway-secret"), randomBytes(32).toString("base64url"));
    this.secretGeneration += 1;
    await this.#startBothAgain();
    this.secretGeneration += 1;
  }

  async #startBothAgain(): Promise<void> {
    for (const name of ["api", "databricks-gateway"] as const) {
      const pid = this.pidOf(name);
      this.#supervisor.send(name, "SIGTERM");
      await this.#untilAnother(name, pid);
    }
    if (!(await untilReady(this.origin, patienceMs))) throw new Error("the product did not become ready");
    this.#return();
  }

  /** Whether a request that began at `since`, by performance.now(), may have found no front door, or an ending one. */
  wasAway(since: number): boolean {
    return this.#awayUntil > since || this.#awaySince > this.#awayUntil;
  }

  async stop(): Promise<void> {
    await this.#supervisor.stop(0);
  }

  #leave(): void {
    this.#awaySince = performance.now();
  }

  #return(): void {
    this.#awayUntil = performance.now();
  }

  async #untilAnother(name: Killed, pid: number): Promise<void> {
    const url =
      name === "api" ? `${this.origin}/health` : `http://127.0.0.1:${this.metricsPorts[name]}/metrics`;
    for (const endsAt = performance.now() + patienceMs; performance.now() < endsAt; await sleep(50)) {
      try {
        const isAnother = this.pidOf(name) !== pid;
        if (isAnother && (await fetch(url)).ok && this.pidOf(name) !== pid) return;
      } catch {
        // Not yet.
      }
    }
    throw new Error(`${name} did not come back within ${patienceMs} ms`);
  }
}

/**
 * Free ports that stay free while a process starts again: the system gives none of these to an outgoing connection. After each
 * there is a free one.
 */
async function lastingPorts(count: number): Promise<number[]> {
  const found: number[] = [];
  for (let port = 20_000 + Math.floor(Math.random() * 5_000); found.length < count; port += 2) {
    if ((await isFree(port)) && (await isFree(port + 1))) found.push(port);
  }
  return found;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

interface Places {
  readonly folder: string;
  readonly port: number | undefined;
  readonly gatewayPort: number | undefined;
  readonly metricsPort: number | undefined;
  readonly url: string;
  readonly ca: string;
}

function settings({ folder, port, gatewayPort, metricsPort, url, ca }: Places): ProcessEnvironments {
  return processEnvironments({
    root,
    environment: {
      PATH: process.env["PATH"],
      HOME: folder,
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      PORT: String(port),
      GATEWAY_PORT: String(gatewayPort),
      GATEWAY_SECRET_FILE: join(folder, "gateway-secret"),
      METRICS_PORT: String(metricsPort),
      CONSOLE: "off",
      API_AUTH: "api-key",
      API_KEYS_FILE: join(folder, "keys.jsonl"),
      RATE_LIMIT_PER_MINUTE: "0",
      SETTINGS_FILE: join(folder, "settings.env"),
      DATABRICKS_HOST: url,
      DATABRICKS_CLIENT_ID: gatewayPrincipal.applicationId,
      DATABRICKS_CLIENT_SECRET_FILE: join(folder, "client-secret"),
      NODE_EXTRA_CA_CERTS: ca,
      AUDIT_LOG: join(folder, "audit.log"),
      READY_TIMEOUT_MS: String(patienceMs),
      LOG_LEVEL: "warn",
    },
    files: { api: {}, gateway: {}, apiFile: join(folder, "settings.env") },
    socket: makeSocketFolder(),
  });
}
