import { describeFailure } from "./describe-failure.ts";
import { printable } from "./printable.ts";
import { say } from "./terminal.ts";

/** Says on stderr that one thing of many failed. */
export function sayFailure(what: string, error: unknown): void {
  say(`Error: ${printable(what)}: ${describeFailure(error)}`);
}
