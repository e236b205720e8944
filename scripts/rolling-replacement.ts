// node scripts/rolling-replacement.ts [times] [SIGTERM|SIGKILL]: replaces each process so often (10) under load, the gateway
// by that signal (SIGTERM), and prints what the callers saw. Exits with 1 if one of them saw a failure that is not of unknown
// outcome. With SIGKILL, uploads on their way in the killed gateway may fail, say that they may be sent again, and then succeed.
import { replaceProcesses } from "./replace-processes.ts";

const [times = "10", signal = "SIGTERM"] = process.argv.slice(2);
const outcome = await replaceProcesses(Number(times), signal === "SIGKILL" ? "SIGKILL" : "SIGTERM");
console.log(
  JSON.stringify(
    { ...outcome, failed: outcome.failed.slice(0, 20), failures: outcome.failed.length },
    null,
    2,
  ),
);
process.exit(outcome.failed.length + outcome.wrongWrites.length === 0 ? 0 : 1);
