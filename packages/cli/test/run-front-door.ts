import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "@front-door/scripts/bundle-program.ts";

/** The program as it is published. It is built below node_modules, where it finds parquet-wasm. */
const dist = fileURLToPath(new URL(`../node_modules/.cache/front-door-${process.pid}`, import.meta.url));
await bundleProgram("packages/cli", dist);
export const program = `${dist}/front-door.js`;

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The most memory that it had at a time, in MiB. */
  readonly maxMemoryMiB: number;
}

export interface RunOptions {
  /** Its environment, besides the path. No file of the user is read. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Standard input stays open. */
  readonly keepsInputOpen?: boolean;
  readonly cwd?: string;
  /** Called as soon as it runs: to kill it, for example. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Not by `resourceUsage()`: Linux begins that with the memory of the process that started this one. */
const reportMemory = `data:text/javascript,import{readFileSync}from"node:fs";process.platform==="linux"&&process.on("exit",()=>{
  const[,kB]=/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status"));process.stderr.write("VmHWM "+kB+"\\n")})`;

/** Runs the command line as a user does: as a process. */
export async function runFrontDoor(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, ["--import", reportMemory, program, ...args], {
    env: { PATH: process.env["PATH"] ?? "", XDG_CONFIG_HOME: `${tmpdir()}/no-such-folder`, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  child.stdin.on("error", () => undefined);
  if (options.keepsInputOpen !== true) child.stdin.end(options.input ?? "");
  options.onStart?.(child);
  const [code] = (await once(child, "close")) as [number | null];
  const stderr = Buffer.concat(errors).toString();
  const memory = /VmHWM (\d+)\n/.exec(stderr);
  return {
    code,
    stdout: Buffer.concat(out).toString(),
    stderr: stderr.replace(/VmHWM \d+\n/, ""),
    maxMemoryMiB: Number(memory?.[1] ?? 0) / 1_024,
  };
}
