import { spawn } from "node:child_process";

/**
 * `node --watch` for `--dev`, ended with the start script. The watcher takes no notice of its IPC channel, so that it and
 * what it runs would outlive a killed start script for good (Node 24); this process holds the channel in its place.
 */
const watcher = spawn(process.execPath, ["--watch", "--watch-preserve-output", ...process.argv.slice(2)], {
  stdio: "inherit",
});
const stop = () => watcher.kill("SIGTERM");
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
process.once("disconnect", stop);
watcher.once("exit", (code) => process.exit(code ?? 1));
