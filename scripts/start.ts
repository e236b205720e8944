import { constants } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import waitOn from "wait-on";
import { type Environment, type ProcessEnvironments, processEnvironments } from "./process-environments.ts";
import { readSettingsFiles } from "./settings-files.ts";
import { badSettingExitCode, Supervisor } from "./supervisor.ts";

// npm and pnpm pass the Ctrl-C on that the terminal has sent to all already: within this time it is the same one.
const sameSignalMs = 500;

// Whoever read the output may be gone (`| head`): no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const watchedProcess = fileURLToPath(new URL("./watched-process.ts", import.meta.url));
const say = (line: string) => console.error(`[start] ${line}`);

let environments: ProcessEnvironments;
let dev: boolean;
try {
  ({ dev } = parseArgs({ options: { dev: { type: "boolean", default: false } } }).values);
  environments = processEnvironments(root, process.env, readSettingsFiles(root, process.env));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(badSettingExitCode);
}
const supervisor = new Supervisor({ say });
let firstSignalAt: number | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
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

function start(name: string, folder: string, env: Environment, restart = false): void {
  const server = resolve(root, folder, "src/server.ts");
  supervisor.start({ name, env, restart, args: dev ? [watchedProcess, server] : [server] });
}

/** Resolves to whether the resource came up, and false at once when the supervisor is stopping. */
async function isUp(resource: string): Promise<boolean> {
  const stopping = new Promise<false>((done) =>
    supervisor.signal.addEventListener("abort", () => done(false)),
  );
  const up = waitOn({
    resources: [resource],
    interval: 50,
    timeout: environments.readyTimeoutMs,
    proxy: false,
  }).then(
    () => true,
    () => false,
  );
  return (await Promise.race([up, stopping])) && !supervisor.signal.aborted;
}

async function startAll(): Promise<void> {
  for (const notice of environments.notices) say(notice);
  if (environments.localWorkspace) {
    start("local workspace", "packages/local-workspace", environments.localWorkspace);
    if (!(await isUp(`tcp:127.0.0.1:${environments.localWorkspacePort}`)))
      return giveUp("The local workspace");
  }
  start("databricks-gateway", "apps/databricks-gateway", environments.gateway, true);
  if (!(await isUp(`http-get://127.0.0.1:${environments.gatewayPort}/health`)))
    return giveUp("The databricks-gateway");
  start("api", "apps/api", environments.api);
  const { frontDoorUrl } = environments;
  if (await isUp(`http-get://${frontDoorUrl.slice("http://".length)}/health`)) {
    say(`The front door is open: ${frontDoorUrl} (try: curl ${frontDoorUrl}/api/catalogs)`);
  }
}

function giveUp(what: string): void {
  if (!supervisor.signal.aborted)
    say(`${what} was not up within READY_TIMEOUT_MS (${environments.readyTimeoutMs} ms).`);
  void supervisor.stop(1);
}

await startAll();
process.exitCode = await supervisor.ended;
// wait-on keeps a timer of its own when it was overtaken by the end of a process.
process.exit();
