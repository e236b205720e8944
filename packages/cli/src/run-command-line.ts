import { FrontDoorError } from "@front-door/api-client";
import { CommanderError } from "commander";
import { FailureAbout } from "./output/about.ts";
import { describeFailure, failureAsJson } from "./output/describe-failure.ts";
import { Interruption } from "./output/interruption.ts";
import { PartialFailure } from "./output/partial-failure.ts";
import { say } from "./output/terminal.ts";
import { UsageError } from "./output/usage-error.ts";
import { createProgram } from "./program.ts";
import type { GlobalOptions } from "./session/open-session.ts";
import { readConnection } from "./session/read-connection.ts";

/** Runs one command. Resolves to its exit code: 0, 1 for a failure, 2 for wrong usage, 130 after Ctrl-C. */
export async function runCommandLine(args: readonly string[], signal: AbortSignal): Promise<number> {
  const program = createProgram(signal);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof PartialFailure) return 1;
    const { profile, json } = program.opts<GlobalOptions>();
    if (signal.aborted) {
      const message = error instanceof Interruption ? error.message : "Interrupted.";
      say(json === true ? JSON.stringify({ error: message }) : message);
      return 130;
    }
    if (json === true) say(JSON.stringify(failureAsJson(error)));
    else say(`Error: ${describeFailure(error)}${addressOf(error, profile)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** Whoever mistyped an address, or has set none, sees it. */
function addressOf(thrown: unknown, profile: string | undefined): string {
  const error = thrown instanceof FailureAbout ? thrown.cause : thrown;
  if (!(error instanceof FrontDoorError) || error.code !== "CONNECTION_FAILED") return "";
  const { url, source } = readConnection(profile);
  return `\nThe address is ${url} from ${source}.`;
}
