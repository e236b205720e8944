import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findChild } from "./find-child.ts";
import { freePorts } from "./free-ports.ts";
import { untilReady } from "./until-ready.ts";

const scriptFile = (name: string) => fileURLToPath(new URL(name, import.meta.url));

type ProcessName = "api" | "databricks-gateway" | "local-workspace";

/** A slow start on a busy machine is not a failure. */
const patienceMs = 120_000;

/** The product as a person starts it, on free ports and in folders of its own. For the end-to-end tests. */
export interface RunningProduct {
  readonly origin: string;
  readonly gatewayPort: number;
  /** Of the local workspace, if the product runs on it. */
  readonly workspaceUrl: string;
  readonly folder: string;
  /** Everything that the start script and the processes have written so far. */
  output(): string;
  /** The pid of one of the processes. Throws when there is none. */
  pidOf(this: void, name: ProcessName): number;
  signal(signal: NodeJS.Signals): void;
  /** Resolves to the start script's exit code. */
  readonly ended: Promise<number | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ProductOptions {
  /** The start script's own arguments. */
  readonly args?: readonly string[];
  /** Nobody reads the output: whoever writes gets EPIPE. */
  readonly closedOutput?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Return at once and do not wait until the front door answers: for a start that has to fail. */
  readonly expectFailure?: boolean;
  /** Start `start.sh`, which looks after the toolchain first. Default: what it runs then. */
  readonly shell?: boolean;
}

export async function startProduct(options: ProductOptions = {}): Promise<RunningProduct> {
  const folder = mkdtempSync(join(tmpdir(), "front-door-"));
  const [port, gatewayPort, localWorkspacePort] = await freePorts(3);
  const chunks: string[] = [];
  const [command, file] = options.shell
    ? ["bash", scriptFile("start.sh")]
    : [process.execPath, scriptFile("start.ts")];
  const child = spawn(command, [file, ...(options.args ?? [])], {
    env: {
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
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const opened = Promise.withResolvers<void>();
  let isOpen = false;
  for (const stream of [child.stdout, child.stderr]) {
    if (options.closedOutput) stream.destroy();
    else {
      stream.setEncoding("utf8").on("data", (text: string) => {
        chunks.push(text);
        isOpen ||= chunks.join("").includes("[start] The front door is open: ");
        if (isOpen) opened.resolve();
      });
    }
  }
  const ended = once(child, "close").then(([code]: unknown[]) => code as number | null);
  const product: RunningProduct = {
    origin: `http://127.0.0.1:${port}`,
    gatewayPort: Number(gatewayPort),
    workspaceUrl: `https://127.0.0.1:${localWorkspacePort}`,
    folder,
    output: () => chunks.join(""),
    // start.sh becomes the supervisor (exec), so in either case the processes are its direct children.
    pidOf: (name) => findChild(child.pid ?? 0, `/${name}/src/server.ts`),
    signal: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  if (options.expectFailure) return product;
  if (options.closedOutput) isOpen = await untilReady(product.origin, patienceMs);
  else await Promise.race([opened.promise, ended]);
  if (!isOpen) throw new Error(`the product did not start:\n${product.output()}`);
  return product;
}

function withoutDatabricks(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("DATABRICKS_")));
}
