import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, styleText } from "node:util";
import { buildConsole } from "@front-door/console/build";
import { checkSettings, misplacedSettings } from "./check-settings.ts";
import { type ProcessEnvironments, processEnvironments } from "./process-environments.ts";
import { runProduct, sourceOf } from "./run-product.ts";
import { sayWhileWaiting } from "./say-while-waiting.ts";
import { readSettingsFiles } from "./settings-files.ts";
import { makeSocketFolder } from "./socket-folder.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import { badSettingExitCode, Supervisor } from "./supervisor.ts";
import { untilReady } from "./until-ready.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const watchedProcess = fileURLToPath(new URL("./watched-process.ts", import.meta.url));

// Whoever read the output may be gone (`| head`). That is no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
const say = (line: string) => console.error(styleText("bold", `[start] ${line}`, { stream: process.stderr }));

const { dev, environments } = orRefuse(() => ({
  dev: parseArgs({ options: { dev: { type: "boolean", default: false } } }).values.dev,
  environments: readEnvironments(),
}));
const supervisor = new Supervisor({
  say,
  stopTimeoutMs: environments.stopTimeoutMs,
  // A terminal is for people; anything else gets the JSON as the processes write it.
  ...(process.stdout.isTTY && { onLine: (await import("./pretty-lines.ts")).prettyLines(process.stdout) }),
});
if (environments.hasConsole) await buildOrExplain();
stopOnSignals(["SIGINT", "SIGTERM", "SIGHUP"], supervisor, say);
const exitCode = await runProduct({
  environments,
  supervisor,
  say,
  programOf(name) {
    const server = sourceOf(name);
    return { args: dev ? [watchedProcess, server] : [server] };
  },
  // The two processes say that they listen; this says that they understand each other.
  isReady: untilReady,
});
// What still waits for an answer is not waited for.
process.exit(exitCode);

/** Builds the console if its sources have changed. The API is served without it too. */
async function buildOrExplain(): Promise<void> {
  try {
    await sayWhileWaiting(say, "the console to be built", buildConsole());
  } catch (error) {
    say(`The console cannot be built: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The processes' settings, all of them checked. Ends this process when any cannot be used. */
function readEnvironments(): ProcessEnvironments {
  const files = readSettingsFiles(root, process.env);
  const read = processEnvironments({ root, environment: process.env, files, socket: makeSocketFolder() });
  const problems = [...checkSettings(read), ...misplacedSettings(files)];
  if (problems.length > 0) refuse(problems);
  return read;
}

function orRefuse<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    return refuse([error instanceof Error ? error.message : String(error)]);
  }
}

function refuse(problems: readonly string[]): never {
  for (const problem of problems) say(problem);
  process.exit(badSettingExitCode);
}
