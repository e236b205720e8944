import { resolve } from "node:path";
import { firstRequest } from "./first-request.ts";
import type { Environment, ProcessEnvironments } from "./process-environments.ts";
import { sayWhileWaiting } from "./say-while-waiting.ts";
import type { ProcessSpec, Supervisor } from "./supervisor.ts";

export type ProcessName = "local workspace" | "databricks-gateway" | "api";

const folders: Readonly<Record<ProcessName, string>> = {
  "local workspace": "packages/local-workspace",
  "databricks-gateway": "apps/databricks-gateway",
  api: "apps/api",
};

/** What Node runs in a checkout. */
export function sourceOf(name: ProcessName): string {
  return resolve(import.meta.dirname, "..", folders[name], "src/server.ts");
}

export interface Product {
  readonly environments: ProcessEnvironments;
  readonly supervisor: Supervisor;
  readonly say: (line: string) => void;
  /** The program of each process, and its user where that matters. */
  readonly programOf: (name: ProcessName) => Pick<ProcessSpec, "args" | "user" | "ignoreStdout">;
  /** Whether the front door at this URL answers in time. Default: it does once it listens. */
  readonly isReady?: (url: string, timeoutMs: number) => Promise<boolean>;
}

/** Starts each process once the one that it needs is listening. Resolves to the exit code when all have stopped. */
export async function runProduct(product: Product): Promise<number> {
  const { environments, supervisor, say, programOf, isReady = async () => true } = product;
  const { api, gateway, hasConsole, localWorkspace, notices, readyTimeoutMs, signIn, state } = environments;
  for (const notice of notices) say(notice);
  const address = await startAll();
  if (address !== undefined) {
    const url = reachable(address);
    say(`The front door is open: ${url} (${firstRequest(url, signIn)})`);
    if (hasConsole) say(`Console: ${url}`);
    say(`API: ${url}/docs (${url}/openapi.json)`);
    say(state);
  }
  return supervisor.ended;

  /** Resolves to the front door's address, or to undefined when a process does not come up. */
  async function startAll(): Promise<string | undefined> {
    if (localWorkspace && !(await listening("local workspace", localWorkspace))) return undefined;
    if (!(await listening("databricks-gateway", gateway))) return undefined;
    const address = await listening("api", api);
    if (address === undefined) return undefined;
    const answer = Promise.race([isReady(reachable(address), readyTimeoutMs), supervisor.ended]);
    const outcome = await sayWhileWaiting(say, "the front door to answer", answer);
    if (outcome === true) return address;
    if (outcome === false) {
      say(`The front door did not answer GET /ready within READY_TIMEOUT_MS (${readyTimeoutMs} ms).`);
      void supervisor.stop(1);
    }
    return undefined;
  }

  /** Resolves to the address of the process. If it does not listen in time, everything stops. */
  async function listening(name: ProcessName, env: Environment): Promise<string | undefined> {
    const started = supervisor.start({
      ...programOf(name),
      name,
      env,
      restart: name === "databricks-gateway",
    });
    const giveUp = setTimeout(() => {
      say(`${name} was not listening within READY_TIMEOUT_MS (${readyTimeoutMs} ms).`);
      void supervisor.stop(1);
    }, readyTimeoutMs);
    try {
      return await sayWhileWaiting(say, `${name} to listen`, started);
    } finally {
      clearTimeout(giveUp);
    }
  }
}

/** Where a person on this machine reaches what listens on the address. Without what a terminal would act on. */
function reachable(address: string): string {
  return address.replace(/[^\x21-\x7e]/g, "?").replace(/\/\/(0\.0\.0\.0|\[::\])/, "//127.0.0.1");
}
