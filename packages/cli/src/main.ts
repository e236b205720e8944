import { runCommandLine } from "./run-command-line.ts";

/** The program: runs the command line of this process, and sets its exit code. */
export async function main(): Promise<void> {
  // A reader that has seen enough, such as `head`, ends the command as it ends every other one.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? 141 : 1),
  );
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new Error("Interrupted.")));
  process.exitCode = await runCommandLine(process.argv.slice(2), interrupted.signal);
}
