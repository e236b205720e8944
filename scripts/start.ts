import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "dotenv";
import waitOn from "wait-on";
import { type Environment, type ProcessEnvironments, processEnvironments } from "./process-environments.ts";
import { badSettingExitCode, Supervisor } from "./supervisor.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: flags } = parseArgs({ options: { dev: { type: "boolean", default: false } } });
const say = (line: string) => console.error(`[start] ${line}`);

/** The gateway reads these files itself; here they only tell whether a workspace is configured and on which port. */
function readGatewayFiles(): Environment {
  const files = [".env", ".env.local"].map((name) => {
    try {
      return parse(readFileSync(resolve(root, "apps/databricks-gateway", name)));
    } catch {
      return {};
    }
  });
  return Object.assign({}, ...files) as Environment;
}

let environments: ProcessEnvironments;
try {
  environments = processEnvironments(root, process.env, readGatewayFiles());
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(badSettingExitCode);
}
const supervisor = new Supervisor({ say });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (!supervisor.signal.aborted) say(`${signal}: stopping.`);
    void supervisor.stop(0);
  });
}

function start(name: string, folder: string, env: Environment, restart = false): void {
  const watch = flags.dev ? ["--watch", "--watch-preserve-output"] : [];
  supervisor.start({ name, env, restart, args: [...watch, resolve(root, folder, "src/server.ts")] });
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
