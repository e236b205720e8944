import { FailureAbout } from "./about.ts";
import { describeFailure } from "./describe-failure.ts";
import { say } from "./terminal.ts";

/** Says on stderr that one thing of many failed. */
export function sayFailure(what: string, error: unknown): void {
  say(`Error: ${describeFailure(new FailureAbout(what, error))}`);
}
