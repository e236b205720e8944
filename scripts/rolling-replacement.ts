// node scripts/rolling-replacement.ts [times] [SIGTERM|SIGKILL]: replaces each process ten times, or as often as given, under load,
// the gateway by SIGTERM or the signal given. Prints what the callers saw, and exits with 1 if a write was lost or doubled, or a
// caller saw a failure that is not of unknown outcome. After SIGKILL, an upload that says that it may be sent again is sent again.
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
