import { constants } from "node:os";
import type { Environment, ProcessEnvironments } from "./process-environments.ts";
import type { ProcessSpec, Supervisor } from "./supervisor.ts";

// npm and pnpm pass the Ctrl-C on that the terminal has sent to all already: within this time it is the same one.
const sameSignalMs = 500;

export type ProcessName = "local workspace" | "databricks-gateway" | "api";

export interface Wait {
  readonly timeoutMs: number;
  /** Ends the waiting at once. */
  readonly signal: AbortSignal;
}

/** How to see that a process is up: each resolves to whether it came up in time. */
export interface Waits {
  /** Until the `http://` URL answers 200. */
  answers(url: string, wait: Wait): Promise<boolean>;
  /** Until something on this machine accepts connections on the port. */
  listens(port: number, wait: Wait): Promise<boolean>;
}

export interface Product {
  readonly untilUp: Waits;
  readonly environments: ProcessEnvironments;
  readonly supervisor: Supervisor;
  readonly say: (line: string) => void;
  /** What each process is: its program, and where it matters its user. */
  readonly run: (name: ProcessName) => Omit<ProcessSpec, "name" | "env" | "restart">;
}

/** The first of the signals stops the product in order with exit code 0, a second one kills it. */
export function stopOn(
  signals: readonly NodeJS.Signals[],
  { supervisor, say }: Pick<Product, "supervisor" | "say">,
): void {
  let firstSignalAt: number | undefined;
  for (const signal of signals) {
    process.on(signal, () => {
      if (firstSignalAt === undefined) {
        firstSignalAt = performance.now();
        say(`${signal}: stopping; a second one kills.`);
        void supervisor.stop(0);
      } else if (performance.now() - firstSignalAt > sameSignalMs) {
        say(`${signal} again: killing everything.`);
        supervisor.kill(128 + constants.signals[signal]);
      }
    });
  }
}

/** Starts the processes, each when those that it needs are up, and resolves to the exit code once all have stopped. */
export async function runProduct({ environments, supervisor, say, run, untilUp }: Product): Promise<number> {
  const wait = { timeoutMs: environments.readyTimeoutMs, signal: supervisor.signal };
  const start = (name: ProcessName, env: Environment, restart = false) =>
    supervisor.start({ ...run(name), name, env, restart });

  async function startAll(): Promise<void> {
    for (const notice of environments.notices) say(notice);
    if (environments.localWorkspace) {
      start("local workspace", environments.localWorkspace);
      if (!(await untilUp.listens(Number(environments.localWorkspacePort), wait)))
        return giveUp("local workspace");
    }
    start("databricks-gateway", environments.gateway, true);
    if (!(await untilUp.answers(environments.gatewayHealth, wait))) return giveUp("databricks-gateway");
    start("api", environments.api);
    const { frontDoorUrl } = environments;
    if (await untilUp.answers(`${frontDoorUrl}/health`, wait)) {
      say(`The front door is open: ${frontDoorUrl} (try: curl ${frontDoorUrl}/api/catalogs)`);
    }
  }

  function giveUp(name: ProcessName): void {
    if (!supervisor.signal.aborted)
      say(`The ${name} was not up within READY_TIMEOUT_MS (${environments.readyTimeoutMs} ms).`);
    void supervisor.stop(1);
  }

  await startAll();
  return supervisor.ended;
}
