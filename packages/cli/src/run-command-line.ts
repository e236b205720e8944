import { CommanderError } from "commander";
import { describeFailure, failureAsJson } from "./output/describe-failure.ts";
import { PartialFailure } from "./output/partial-failure.ts";
import { printableText } from "./output/printable.ts";
import { say } from "./output/terminal.ts";
import { UsageError } from "./output/usage-error.ts";
import { createProgram } from "./program.ts";

/** Runs one command. Resolves to its exit code: 0, 1 for a failure, 2 for wrong usage, 130 after Ctrl-C. */
export async function runCommandLine(args: readonly string[], signal: AbortSignal): Promise<number> {
  const program = createProgram(signal);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof PartialFailure) return 1;
    if (signal.aborted) return 130;
    if (program.opts()["json"] === true) say(printableText(JSON.stringify(failureAsJson(error))));
    else say(`Error: ${describeFailure(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}
