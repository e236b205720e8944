import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type ProcessFigures, processFigures, resetPeak } from "./measure/process-figures.ts";

const preload = new URL("./measure/event-loop-preload.ts", import.meta.url).href;

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A folder of this run, for what the process writes. */
  readonly folder: string;
  /** Whether it is Node, so that its event loop can be watched. */
  readonly node?: boolean;
}

const running = new Set<ChildProcess>();

/** However the benchmark ends, nothing that it started goes on. */
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    process.stderr.write(`ended by ${signal}\n`);
    process.exit(1);
  });
}

/** One real process of a contender or of an upstream, and what the kernel and its event loop say of it. */
export class MeasuredProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #output: string;
  readonly #loopFile: string | undefined;

  constructor(options: ProcessOptions) {
    const { name, command, args, env = {}, folder, node = false } = options;
    this.name = name;
    const unique = `${name.replaceAll(/\W+/g, "-")}-${Math.random().toString(36).slice(2, 8)}`;
    this.#output = join(folder, `${unique}.log`);
    this.#loopFile = node ? join(folder, `${unique}.loop`) : undefined;
    const errors = openSync(this.#output, "a");
    this.#child = spawn(command, args, {
      cwd: options.cwd,
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        ...(this.#loopFile === undefined
          ? {}
          : { NODE_OPTIONS: `--import ${preload}`, BENCH_EVENT_LOOP_FILE: this.#loopFile }),
        ...env,
      },
      // Logs go where they cost their writing and nothing else, the same for all.
      stdio: ["ignore", "ignore", errors],
    });
    running.add(this.#child);
    this.#child.once("exit", () => running.delete(this.#child));
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} could not be started`);
    return this.#child.pid;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The end of what it wrote to its standard error. */
  errors(): string {
    return readFileSync(this.#output, "utf8").slice(-2_000);
  }

  figures(): ProcessFigures {
    return processFigures(this.pid);
  }

  resetPeak(): void {
    resetPeak(this.pid);
  }

  /** The longest delay of its event loop in ms since this was asked last; undefined where there is no such loop. */
  async eventLoopMaxMs(): Promise<number | undefined> {
    const file = this.#loopFile;
    if (file === undefined || this.ended) return undefined;
    rmSync(file, { force: true });
    this.#child.kill("SIGUSR2");
    for (let waited = 0; waited < 500; waited += 1) {
      if (existsSync(file)) return Number(readFileSync(file, "utf8"));
      await delay(10);
    }
    return undefined;
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const killing = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(killing);
  }
}

/** A process that runs one of our own files by the Node that runs this. */
export function nodeProcess(
  options: Omit<ProcessOptions, "command" | "args" | "node"> & {
    readonly file: URL | string;
    readonly nodeArgs?: readonly string[];
    readonly args?: readonly string[];
  },
): MeasuredProcess {
  const path = typeof options.file === "string" ? options.file : options.file.pathname;
  return new MeasuredProcess({
    ...options,
    command: process.execPath,
    args: [...(options.nodeArgs ?? []), path, ...(options.args ?? [])],
    node: true,
  });
}

/** Waits until `url` answers with a success. Throws with what the processes wrote when one of them ends before. */
export async function untilAnswers(
  url: string,
  processes: readonly MeasuredProcess[],
  { everyMs = 25, timeoutMs = 60_000, ca = "" } = {},
): Promise<void> {
  const { get } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  const attempt = () =>
    new Promise<boolean>((resolve) => {
      const request = get(url, { agent: false, timeout: 5_000, ...(ca === "" ? {} : { ca }) }, (reply) => {
        reply.resume();
        resolve((reply.statusCode ?? 500) < 400);
      });
      request.on("error", () => resolve(false));
    });
  const endsAt = performance.now() + timeoutMs;
  while (!(await attempt())) {
    const dead = processes.find((each) => each.ended);
    if (dead !== undefined) throw new Error(`${dead.name} ended:\n${dead.errors()}`);
    if (performance.now() > endsAt) {
      throw new Error(`${url} does not answer:\n${processes.map((each) => each.errors()).join("\n")}`);
    }
    await delay(everyMs);
  }
}
