import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findChild } from "./find-child.ts";
import { freePorts } from "./free-ports.ts";
import { processEnvironments } from "./process-environments.ts";
import { runProduct, sourceOf } from "./run-product.ts";
import { Supervisor, type SupervisorOptions } from "./supervisor.ts";

type ProcessName = "api" | "databricks-gateway" | "local-workspace";

/** A slow start on a busy machine is not a failure. */
const patienceMs = 120_000;

/** The product on free ports and in folders of its own. For the end-to-end tests. */
export interface RunningProduct {
  readonly origin: string;
  readonly gatewayPort: number;
  /** Of the local workspace, if the product runs on it. */
  readonly workspaceUrl: string;
  readonly folder: string;
  /** Everything that the processes and who looks after them have written so far. */
  output(): string;
  /** The pid of one of the processes. Throws when there is none. */
  pidOf(this: void, name: ProcessName): number;
  /** Resolves to the exit code of the whole. */
  readonly ended: Promise<number | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The product as a person starts it. */
export interface StartedProduct extends RunningProduct {
  /** Sends a signal to the start script. */
  signal(signal: NodeJS.Signals): void;
}

interface ProductOptions {
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProcessesOptions extends ProductOptions {
  /** Where the supervisor is to differ from its defaults. */
  readonly supervision?: Omit<SupervisorOptions, "say" | "onLine">;
}

export interface StartOptions extends ProductOptions {
  /** The start script's own arguments. */
  readonly args?: readonly string[];
  /** Return at once and do not wait until the front door answers: for a start that has to fail. */
  readonly expectFailure?: boolean;
  /** Start `start.sh`, which looks after the toolchain first. Default: what it runs then. */
  readonly shell?: boolean;
}

/** Runs the processes below this one, which is a quarter less work than with the start script: for tests of the processes. */
export async function startProcesses({
  env = {},
  supervision,
}: ProcessesOptions = {}): Promise<RunningProduct> {
  const { environment, ...place } = await newPlace(env);
  const lines: string[] = [];
  const opened = Promise.withResolvers<true>();
  const say = (line: string) => {
    lines.push(line);
    if (line.startsWith("The front door is open: ")) opened.resolve(true);
  };
  const supervisor = new Supervisor({ ...supervision, say, onLine: (_name, line) => lines.push(line) });
  const environments = processEnvironments({
    root: dirname(import.meta.dirname),
    environment,
    files: { api: {}, gateway: {}, apiFile: environment.SETTINGS_FILE },
    socket: join(place.folder, "gateway.sock"),
  });
  const ended = runProduct({
    environments,
    supervisor,
    say,
    programOf: (name) => ({ args: [sourceOf(name)] }),
  });
  const output = () => lines.join("\n");
  if ((await Promise.race([opened.promise, ended])) !== true) {
    throw new Error(`the product did not start:\n${output()}`);
  }
  return {
    ...place,
    output,
    pidOf: (name) => findChild(process.pid, `/${name}/src/server.ts`),
    ended,
    async [Symbol.asyncDispose]() {
      await supervisor.stop(0);
      await ended;
      rmSync(place.folder, { recursive: true, force: true });
    },
  };
}

/** Runs the start script. */
export async function startProduct(options: StartOptions = {}): Promise<StartedProduct> {
  const { environment, ...place } = await newPlace(options.env ?? {});
  const chunks: string[] = [];
  const [command, script] = options.shell ? ["bash", "start.sh"] : [process.execPath, "start.ts"];
  const child = spawn(command, [join(import.meta.dirname, script), ...(options.args ?? [])], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const opened = Promise.withResolvers<void>();
  let isOpen = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      chunks.push(text);
      isOpen ||= chunks.join("").includes("[start] The front door is open: ");
      if (isOpen) opened.resolve();
    });
  }
  const ended = once(child, "close").then(([code]: unknown[]) => code as number | null);
  const product: StartedProduct = {
    ...place,
    output: () => chunks.join(""),
    // start.sh becomes the supervisor (exec), so in either case the processes are its direct children.
    pidOf: (name) => findChild(child.pid ?? 0, `/${name}/src/server.ts`),
    signal: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
      rmSync(place.folder, { recursive: true, force: true });
    },
  };
  if (options.expectFailure) return product;
  await Promise.race([opened.promise, ended]);
  if (!isOpen) throw new Error(`the product did not start:\n${product.output()}`);
  return product;
}

/** Ports, folders and an environment that no other product has. */
async function newPlace(env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "front-door-"));
  const [port, gatewayPort, localWorkspacePort] = await freePorts(3);
  return {
    origin: `http://127.0.0.1:${port}`,
    gatewayPort: Number(gatewayPort),
    workspaceUrl: `https://127.0.0.1:${localWorkspacePort}`,
    folder,
    environment: {
      ...withoutDatabricks(process.env),
      PORT: String(port),
      GATEWAY_PORT: String(gatewayPort),
      LOCAL_WORKSPACE_PORT: String(localWorkspacePort),
      LOCAL_WORKSPACE_DIR: join(folder, "workspace"),
      // Its 100,000 rows take as much CPU as the rest of a start.
      LOCAL_WORKSPACE_SAMPLE_DATA: "false",
      // Only what tests it builds it.
      CONSOLE: "off",
      SETTINGS_FILE: join(folder, "settings.env"),
      READY_TIMEOUT_MS: String(patienceMs),
      ...env,
    },
  };
}

function withoutDatabricks(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("DATABRICKS_")));
}
