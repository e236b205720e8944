import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type ProcessEnvironments, processEnvironments } from "./process-environments.ts";
import { type ProcessName, runProduct, stopOn } from "./run-product.ts";
import { readSettingsFiles } from "./settings-files.ts";
import { badSettingExitCode, Supervisor } from "./supervisor.ts";
import { untilUp } from "./until-up.ts";

const folders: Readonly<Record<ProcessName, string>> = {
  "local workspace": "packages/local-workspace",
  "databricks-gateway": "apps/databricks-gateway",
  api: "apps/api",
};

// Whoever read the output may be gone (`| head`): no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const watchedProcess = fileURLToPath(new URL("./watched-process.ts", import.meta.url));
const say = (line: string) => console.error(`[start] ${line}`);

let environments: ProcessEnvironments;
let dev: boolean;
try {
  ({ dev } = parseArgs({ options: { dev: { type: "boolean", default: false } } }).values);
  environments = processEnvironments(
    root,
    withCompileCache(process.env),
    readSettingsFiles(root, process.env),
  );
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(badSettingExitCode);
}

/** What Node made of the sources is kept: a start takes two thirds of the CPU, and each process 15 MiB less. */
function withCompileCache(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { NODE_COMPILE_CACHE: resolve(root, ".toolchain/compile-cache"), ...given };
}

const supervisor = new Supervisor({ say });
stopOn(["SIGINT", "SIGTERM", "SIGHUP"], { supervisor, say });
process.exitCode = await runProduct({
  environments,
  supervisor,
  say,
  untilUp,
  run(name) {
    const server = resolve(root, folders[name], "src/server.ts");
    return { args: dev ? [watchedProcess, server] : [server] };
  },
});
// wait-on keeps a timer of its own when it was overtaken by the end of a process.
process.exit();
