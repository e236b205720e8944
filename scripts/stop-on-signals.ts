import { constants } from "node:os";
import type { Supervisor } from "./supervisor.ts";

// npm and pnpm pass on the Ctrl-C that the terminal has already sent to everyone: within this time it is the same one.
const sameSignalMs = 500;

/** The first of the signals stops the product in order with exit code 0; a second one kills it. */
export function stopOnSignals(
  signals: readonly NodeJS.Signals[],
  supervisor: Supervisor,
  say: (line: string) => void,
): void {
  let firstSignalAt: number | undefined;
  for (const signal of signals) {
    process.on(signal, () => {
      if (firstSignalAt === undefined) {
        firstSignalAt = performance.now();
        say(`${signal}: stopping; a second one kills.`);
        void supervisor.stop(0);
      } else if (performance.now() - firstSignalAt > sameSignalMs) {
        say(`${signal} again: killing everything.`);
        supervisor.kill(128 + constants.signals[signal]);
      }
    });
  }
}
