import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

export interface ProcessSpec {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user and the group it runs as, with no other groups; without it, the supervisor's own. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Default "inherit". */
  readonly stdout?: "inherit" | "ignore";
  /** Whether it is started again after a crash; without it, its end is the end of all. */
  readonly restart: boolean;
}

export interface SupervisorOptions {
  readonly say: (line: string) => void;
  /** The first pause before a restart, in milliseconds; it doubles up to `restartDelayMsMax`. */
  readonly restartDelayMs?: number;
  readonly restartDelayMsMax?: number;
  /** This many crashes within `crashWindowMs` and the supervisor gives up. */
  readonly crashesMax?: number;
  readonly crashWindowMs?: number;
  /** A process that ran this long before it crashed is well again: earlier crashes do not count. In milliseconds. */
  readonly stableAfterMs?: number;
  /** How long all processes together may take to stop before they are killed, in milliseconds. */
  readonly stopTimeoutMs?: number;
  /** What of it is kept for each process that stops later, in milliseconds. */
  readonly stopReserveMs?: number;
}

/** What a process exits with when a setting is bad: starting it again cannot help. */
export const badSettingExitCode = 2;

/**
 * Runs processes side by side until {@link Supervisor.stop} or until one of them ends that may not. Each is the leader
 * of its own process group, so that Ctrl-C in a terminal reaches the supervisor alone and it can stop them in order:
 * the last started, which faces the callers, first.
 */
export class Supervisor {
  readonly #running: { readonly spec: ProcessSpec; child: ChildProcess }[] = [];
  readonly #options: Required<SupervisorOptions>;
  readonly #ended = Promise.withResolvers<number>();
  readonly #stopping = new AbortController();
  #exitCode = 0;

  /** Resolves to the exit code for the whole once everything has stopped. */
  readonly ended: Promise<number> = this.#ended.promise;

  constructor(options: SupervisorOptions) {
    this.#options = {
      restartDelayMs: 250,
      restartDelayMsMax: 5_000,
      crashesMax: 5,
      crashWindowMs: 60_000,
      stableAfterMs: 10_000,
      // Container runtimes kill after ten seconds; the front door takes eight to serve its callers to the end.
      stopTimeoutMs: 9_500,
      stopReserveMs: 500,
      ...options,
    };
  }

  /** Aborted as soon as the supervisor begins to stop. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  start(spec: ProcessSpec): void {
    const entry = { spec, child: this.#spawn(spec) };
    this.#running.push(entry);
    void this.#watch(entry);
  }

  /** Sends a signal to the process of that name, if it runs. */
  send(name: string, signal: NodeJS.Signals): void {
    this.#running.find(({ spec }) => spec.name === name)?.child.kill(signal);
  }

  #spawn(spec: ProcessSpec): ChildProcess {
    const child = spawn(process.execPath, spec.args, {
      env: { ...spec.env },
      ...spec.user,
      // The channel carries nothing: its end tells the process that the supervisor is gone, even by SIGKILL.
      stdio: ["ignore", spec.stdout ?? "inherit", "inherit", "ipc"],
      detached: true,
    });
    child.on("error", (error) => this.#options.say(`${spec.name} could not be started: ${error.message}`));
    // What it started itself goes with it, however it ended.
    child.once("exit", () => killGroup(child));
    return child;
  }

  async #watch(entry: { readonly spec: ProcessSpec; child: ChildProcess }): Promise<void> {
    const { spec } = entry;
    const crashes: number[] = [];
    for (;;) {
      const startedAt = Date.now();
      const how = await ending(entry.child);
      if (this.signal.aborted) return;
      if (!spec.restart || entry.child.exitCode === badSettingExitCode) {
        this.#options.say(`${spec.name} ended (${how}): stopping everything.`);
        return void this.stop(entry.child.exitCode === badSettingExitCode ? badSettingExitCode : 1);
      }
      const now = Date.now();
      if (now - startedAt >= this.#options.stableAfterMs) crashes.length = 0;
      crashes.push(now);
      while (now - (crashes[0] ?? now) > this.#options.crashWindowMs) crashes.shift();
      if (crashes.length >= this.#options.crashesMax) {
        this.#options.say(
          `${spec.name} ended ${crashes.length} times (last: ${how}): giving up, stopping everything.`,
        );
        return void this.stop(1);
      }
      const delayMs = Math.min(
        this.#options.restartDelayMs * 2 ** (crashes.length - 1),
        this.#options.restartDelayMsMax,
      );
      this.#options.say(`${spec.name} ended (${how}): starting it again in ${delayMs} ms.`);
      await sleep(delayMs, undefined, { signal: this.signal }).catch(() => undefined);
      if (this.signal.aborted) return;
      entry.child = this.#spawn(spec);
    }
  }

  /**
   * Stops all processes in the reverse of the order they were started in, and kills those that are not done when the
   * time that all share is over. A second call changes nothing.
   */
  async stop(exitCode: number): Promise<void> {
    if (this.signal.aborted) return;
    this.#exitCode = exitCode;
    this.#stopping.abort();
    const stopBy = performance.now() + this.#options.stopTimeoutMs;
    for (const [at, { spec, child }] of [...this.#running.entries()].toReversed()) {
      if (child.pid === undefined || hasEnded(child)) continue;
      child.kill("SIGTERM");
      // `at` others stop after this one.
      const timeoutMs = Math.max(0, stopBy - performance.now() - at * this.#options.stopReserveMs);
      const timer = setTimeout(() => {
        this.#options.say(`${spec.name} did not stop in ${Math.round(timeoutMs)} ms: killing it.`);
        killGroup(child);
      }, timeoutMs);
      await ending(child);
      clearTimeout(timer);
    }
    this.#ended.resolve(this.#exitCode);
  }

  /** Kills all processes at once, also in the middle of {@link Supervisor.stop}, whose exit code it replaces. */
  kill(exitCode: number): void {
    void this.stop(exitCode);
    this.#exitCode = exitCode;
    for (const { child } of this.#running) if (!hasEnded(child)) killGroup(child);
  }
}

/** Kills a process and all that it started. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // None of the group is left.
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** Waits for the end of a process and says how it came: "exit code 1", "SIGKILL". */
async function ending(child: ChildProcess): Promise<string> {
  if (child.pid === undefined) return "it could not be started";
  if (!hasEnded(child)) await once(child, "exit");
  return child.signalCode ?? `exit code ${child.exitCode}`;
}
