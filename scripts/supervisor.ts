import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { killGroup } from "./process-group.ts";
import { sayWhileWaiting } from "./say-while-waiting.ts";

export interface ProcessSpec {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user and the group that it runs as, without any other groups. Default: the supervisor's own. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly ignoreStdout?: boolean;
  /** Whether it is restarted after a crash. If not, its end is the end of all. */
  readonly restart: boolean;
}

export interface SupervisorOptions {
  readonly say: (line: string) => void;
  /** Takes each line that a process writes. Default: the process has the supervisor's own stdout and stderr. */
  readonly onLine?: (name: string, line: string) => void;
  /** The first pause before a restart, in milliseconds; it doubles up to `restartDelayMsMax`. */
  readonly restartDelayMs?: number;
  readonly restartDelayMsMax?: number;
  /** The supervisor gives up after this many crashes within `crashWindowMs`. */
  readonly crashesMax?: number;
  readonly crashWindowMs?: number;
  /** Earlier crashes of a process that has run for this long are forgotten. In milliseconds. */
  readonly stableAfterMs?: number;
  /** How long all processes together may take to stop before they are killed, in milliseconds. */
  readonly stopTimeoutMs?: number;
  /** How much of that time is kept for each process that stops later, in milliseconds. */
  readonly stopReserveMs?: number;
}

/** What a process exits with when a setting is bad: a restart cannot help. */
export const badSettingExitCode = 2;

interface Supervised {
  readonly spec: ProcessSpec;
  readonly listening: PromiseWithResolvers<string | undefined>;
  hasListened: boolean;
  child: ChildProcess;
}

/**
 * Runs processes side by side until {@link Supervisor.stop}, or until a process ends that is not to be restarted. Each
 * process leads its own process group, so Ctrl-C in a terminal reaches the supervisor alone, which stops them in order:
 * the last one started, which faces the callers, first.
 */
export class Supervisor {
  readonly #running: Supervised[] = [];
  readonly #options: Required<Omit<SupervisorOptions, "onLine">> & Pick<SupervisorOptions, "onLine">;
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
      // Container runtimes kill after ten seconds; the front door finishes its callers' requests for up to eight by default.
      stopTimeoutMs: 9_500,
      stopReserveMs: 500,
      ...options,
    };
  }

  /**
   * Starts a process. Resolves to the address on which it says that it listens, also if it took a restart to get there,
   * or to undefined once everything stops. The process says so over its IPC channel: `{ listening: address }`. A port
   * that answers would not prove it, because any program of this machine can have the port.
   */
  start(spec: ProcessSpec): Promise<string | undefined> {
    const supervised: Supervised = {
      spec,
      listening: Promise.withResolvers(),
      hasListened: false,
      child: this.#spawn(spec),
    };
    this.#running.push(supervised);
    void this.#watch(supervised);
    return supervised.listening.promise;
  }

  /** Sends a signal to the process of that name if it runs. */
  send(name: string, signal: NodeJS.Signals): void {
    this.#running.find(({ spec }) => spec.name === name)?.child.kill(signal);
  }

  #spawn(spec: ProcessSpec): ChildProcess {
    const { say, onLine } = this.#options;
    const output = onLine ? "pipe" : "inherit";
    const child = spawn(process.execPath, spec.args, {
      env: { ...spec.env },
      ...spec.user,
      // The end of the IPC channel tells the process that the supervisor is gone, even by SIGKILL.
      stdio: ["ignore", spec.ignoreStdout ? "ignore" : output, output, "ipc"],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", (line) => onLine?.(spec.name, line));
    }
    child.on("error", (error) => say(`${spec.name} could not be started: ${error.message}`));
    // What it started itself goes with it, however it ended.
    child.once("exit", () => kill(child));
    return child;
  }

  async #watch(supervised: Supervised): Promise<void> {
    const { spec } = supervised;
    const crashes: number[] = [];
    for (;;) {
      const startedAt = Date.now();
      listenTo(supervised);
      const how = await ending(supervised.child);
      if (this.#stopping.signal.aborted) return;
      // Its settings were good if it has listened before: then its port may be free again after a pause.
      const isBadSetting = supervised.child.exitCode === badSettingExitCode && !supervised.hasListened;
      if (!spec.restart || isBadSetting) {
        this.#options.say(`${spec.name} ended (${how}): stopping everything.`);
        return void this.stop(isBadSetting ? badSettingExitCode : 1);
      }
      const now = Date.now();
      if (supervised.child.exitCode === 0 && supervised.hasListened) {
        // It was told to end, to be replaced: its callers wait for the next one.
        this.#options.say(`${spec.name} ended in order: starting it again.`);
        supervised.child = this.#spawn(spec);
        continue;
      }
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
      this.#options.say(`${spec.name} ended (${how}): restarting it in ${delayMs} ms.`);
      await sleep(delayMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      supervised.child = this.#spawn(spec);
    }
  }

  /**
   * Stops all processes in the reverse of the order in which they were started, and kills those that are still running
   * when the time that all share is over. A second call changes nothing.
   */
  async stop(exitCode: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#exitCode = exitCode;
    this.#stopping.abort();
    for (const { listening } of this.#running) listening.resolve(undefined);
    const { say, stopTimeoutMs, stopReserveMs } = this.#options;
    const stopBy = performance.now() + stopTimeoutMs;
    for (const [at, { spec, child }] of [...this.#running.entries()].toReversed()) {
      if (child.pid === undefined || hasEnded(child)) continue;
      child.kill("SIGTERM");
      // `at` others stop after this one.
      const timeoutMs = Math.max(0, stopBy - performance.now() - at * stopReserveMs);
      const timer = setTimeout(() => {
        say(`${spec.name} did not stop in ${Math.round(timeoutMs)} ms: killing it.`);
        kill(child);
      }, timeoutMs);
      await sayWhileWaiting(say, `${spec.name} to finish`, ending(child));
      clearTimeout(timer);
    }
    this.#ended.resolve(this.#exitCode);
  }

  /** Kills all processes at once, even while {@link Supervisor.stop} is running, and replaces its exit code. */
  kill(exitCode: number): void {
    void this.stop(exitCode);
    this.#exitCode = exitCode;
    for (const { child } of this.#running) if (!hasEnded(child)) kill(child);
  }
}

function listenTo(supervised: Supervised): void {
  supervised.child.on("message", (message) => {
    if (typeof message !== "object" || message === null || !("listening" in message)) return;
    const address = message.listening;
    if (typeof address !== "string" || address === "") return;
    supervised.hasListened = true;
    supervised.listening.resolve(address);
  });
}

/** Kills a process and all that it has started. */
function kill({ pid }: ChildProcess): void {
  if (pid !== undefined) killGroup(pid);
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** Waits until a process has ended and its output is read. Resolves to how it ended: "exit code 1", "SIGKILL". */
async function ending(child: ChildProcess): Promise<string> {
  if (child.pid === undefined) return "it could not be started";
  if (!hasEnded(child)) await once(child, "close");
  return child.signalCode ?? `exit code ${child.exitCode}`;
}
