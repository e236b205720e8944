import type { ProcessEnvironments } from "./process-environments.ts";
import { sayWhileWaiting } from "./say-while-waiting.ts";
import type { ProcessSpec, Supervisor } from "./supervisor.ts";

export type ProcessName = "local workspace" | "databricks-gateway" | "api";

export interface Product {
  readonly environments: ProcessEnvironments;
  readonly supervisor: Supervisor;
  readonly say: (line: string) => void;
  /** The program of each process, and its user where that matters. */
  readonly programOf: (name: ProcessName) => Pick<ProcessSpec, "args" | "user" | "ignoreStdout">;
}

/** Starts each process once the one that it needs is listening. Resolves to the exit code when all have stopped. */
export async function runProduct({ environments, supervisor, say, programOf }: Product): Promise<number> {
  const { api, gateway, localWorkspace, notices, readyTimeoutMs, state } = environments;
  for (const notice of notices) say(notice);
  const inOrder = [
    ["local workspace", localWorkspace],
    ["databricks-gateway", gateway],
    ["api", api],
  ] as const;
  let address: string | undefined;
  for (const [name, env] of inOrder) {
    if (env === undefined) continue;
    address = await listening(name, env);
    if (address === undefined) return supervisor.ended;
  }
  const url = reachable(address ?? "");
  say(`The front door is open: ${url} (try: curl ${url}/api/catalogs)`);
  say(`API description: ${url}/openapi.json`);
  say(state);
  return supervisor.ended;

  /** Resolves to the address of the process. If it does not listen in time, everything stops. */
  async function listening(name: ProcessName, env: ProcessSpec["env"]): Promise<string | undefined> {
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

/** Where a person on this machine reaches what listens on the address. */
function reachable(address: string): string {
  return address.replace(/\/\/(0\.0\.0\.0|\[::\])/, "//127.0.0.1");
}
