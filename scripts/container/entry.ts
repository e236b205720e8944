import { closeSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, type ProcessEnvironments, processEnvironments } from "../process-environments.ts";
import { type ProcessName, runProduct } from "../run-product.ts";
import { makeSocketFolder } from "../socket-folder.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { badSettingExitCode, type ProcessSpec, Supervisor } from "../supervisor.ts";

const root = "/app";
/** Where entrypoint.sh leaves the container's environment: a pipe. */
const settingsPipe = 3;
const levels = { info: 30, fatal: 60 } as const;

interface Part {
  readonly folder: string;
  readonly user: NonNullable<ProcessSpec["user"]>;
  readonly home: string;
  readonly ignoreStdout?: boolean;
}

// The users of the Dockerfile. The local workspace is the gateway's upstream and has no real secret.
const frontDoor = { user: { uid: 10_001, gid: 10_001 }, home: "/var/lib/front-door" };
const gateway = { user: { uid: 10_002, gid: 10_002 }, home: "/var/lib/gateway" };
const parts: Readonly<Record<ProcessName, Part>> = {
  api: { folder: "apps/api", ...frontDoor },
  "databricks-gateway": { folder: "apps/databricks-gateway", ...gateway },
  // The one line on its stdout is for a person; its log is on stderr.
  "local workspace": { folder: "packages/local-workspace", ...gateway, ignoreStdout: true },
};

const log = (level: keyof typeof levels, msg: string) =>
  process.stdout.write(
    `${JSON.stringify({ level: levels[level], time: Date.now(), service: "container", msg })}\n`,
  );
const say = (line: string) => void log("info", line);

/** The container's environment. It can be read once: then the pipe is empty. This process has no environment itself. */
function givenEnvironment(): Environment {
  const pairs = readFileSync(settingsPipe, "utf8").split("\0");
  closeSync(settingsPipe);
  const names = new Set(["_", "PWD", "OLDPWD", "SHLVL", "HOME", "HOSTNAME"]);
  return Object.fromEntries(
    pairs
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const)
      .filter(([name]) => name !== "" && !names.has(name)),
  );
}

function refuse(problems: readonly string[]): never {
  for (const problem of problems) log("fatal", problem);
  process.exit(badSettingExitCode);
}

function socketOrRefuse(): string {
  try {
    return makeSocketFolder({ uid: gateway.user.uid, gid: frontDoor.user.gid });
  } catch (error) {
    return refuse([`No folder for the gateway's socket: ${String(error)}. Mount a tmpfs at /tmp.`]);
  }
}

const environment = givenEnvironment();
const given = processEnvironments({
  root,
  environment,
  // In a container settings come from the environment. Root may not even read the files of the two users.
  files: { api: {}, gateway: {}, apiFile: environment["SETTINGS_FILE"] ?? "" },
  socket: socketOrRefuse(),
});
if (given.problems.length > 0) refuse(given.problems);
const withHome = (name: ProcessName, env: Environment) => ({ ...env, HOME: parts[name].home });
const environments: ProcessEnvironments = {
  ...given,
  api: withHome("api", given.api),
  gateway: withHome("databricks-gateway", given.gateway),
  localWorkspace: given.localWorkspace && withHome("local workspace", given.localWorkspace),
};
const supervisor = new Supervisor({ say, stopTimeoutMs: environments.stopTimeoutMs });
stopOnSignals(["SIGINT", "SIGTERM"], supervisor, say);
// `docker kill --signal HUP`: secrets in mounted files have changed.
process.on("SIGHUP", () => supervisor.send("databricks-gateway", "SIGHUP"));
process.exitCode = await runProduct({
  environments,
  supervisor,
  say,
  programOf(name) {
    const { folder, user, ignoreStdout = false } = parts[name];
    return { args: [join(root, folder, "dist/server.js")], user, ignoreStdout };
  },
});
