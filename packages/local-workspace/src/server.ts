import { pino } from "pino";
import { connection, readCommandLine } from "./command-line.ts";
import {
  type Config,
  ConfigError,
  checkSettings,
  environmentWith,
  raiseThreadPool,
  readConfig,
} from "./config.ts";
import { lowerWorkerPriority } from "./lower-worker-priority.ts";
import { FolderInUseError } from "./state/folder-lock.ts";
import { readSeed } from "./state/seed.ts";

const EXIT_FAILED = 1;
const EXIT_BAD_CONFIG = 2;

// Keep serving even if whoever read the output is gone.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

/** Writes one line to stdout when it is ready, and the JSON log to stderr. */
async function main(): Promise<void> {
  raiseThreadPool();
  const commandLine = readCommandLine(process.argv.slice(2));
  if ("print" in commandLine) {
    process.stdout.write(commandLine.print);
    return;
  }
  const environment = environmentWith(commandLine.settings);
  const { problems } = checkSettings(environment);
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  await serve(readConfig(environment));
}

async function serve(config: Config): Promise<void> {
  const logger = pino(
    { level: config.logLevel, base: { service: "local-workspace" } },
    pino.destination({ dest: 2, sync: true }),
  );
  const { port, dir, tls, sampleData, seedFile, warehouseStartMs } = config;
  // Loaded here: what needs no workspace, such as --help, need not wait for it.
  const { startLocalWorkspace } = await import("./local-workspace.ts");
  const workspace = await startLocalWorkspace({
    port,
    dir,
    tls,
    logger,
    sampleData,
    sqlLimits: { warehouseStartMs },
    ...(seedFile === undefined ? {} : { seedFile }),
  });
  // The thread pool exists by now, since it has read the state.
  lowerWorkerPriority();
  const trust = workspace.caFile === undefined ? "" : `, CA ${workspace.caFile}`;
  const { host, protocol } = new URL(workspace.url);
  process.stdout.write(
    `Local workspace ready on ${host}, ${protocol.slice(0, -1)} (state in ${dir}${trust})\n`,
  );
  if (process.stdout.isTTY) {
    process.stdout.write(connection(workspace.url, workspace.caFile, readSeed(seedFile)));
  }
  process.send?.({ listening: workspace.url });
  const stop = () => {
    void workspace.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // The start script is gone, and nobody else would stop this process.
  process.once("disconnect", stop);
}

function fail(error: unknown): never {
  process.stderr.write(`${plainReason(error)}\n`);
  process.exit(isBadConfig(error) ? EXIT_BAD_CONFIG : EXIT_FAILED);
}

/** A port or a folder in use counts as an invalid setting: it has to be changed. */
function isBadConfig(error: unknown): boolean {
  return error instanceof ConfigError || error instanceof FolderInUseError || isPortTaken(error);
}

function isPortTaken(error: unknown): error is Error & Pick<Config, "port"> {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function plainReason(error: unknown): string {
  if (error instanceof ConfigError || error instanceof FolderInUseError) return error.message;
  if (isPortTaken(error)) {
    return `Port ${error.port} is in use. Stop the program that uses it, or set LOCAL_WORKSPACE_PORT or --port to another one.`;
  }
  return `The local workspace could not start: ${error instanceof Error ? error.message : String(error)}`;
}

main().catch(fail);
