import { spawn } from "node:child_process";

/**
 * `node --watch` for `--dev`. It passes on what the watched process tells the supervisor, and ends with the supervisor: the
 * watcher itself ignores the end of its IPC channel, so it would outlive a killed start script for good (Node 24).
 */
const watcher = spawn(process.execPath, ["--watch", "--watch-preserve-output", ...process.argv.slice(2)], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
watcher.on("message", (message) => process.send?.(message));
const stop = () => watcher.kill("SIGTERM");
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
process.once("disconnect", stop);
watcher.once("exit", (code) => process.exit(code ?? 1));
