import { once } from "node:events";
import type { Writable } from "node:stream";
import { printable, printableText } from "./printable.ts";

/** Where bytes go. `write` waits while the reader is slower than the writer. */
export interface Sink {
  /** A person reads it, on a terminal that acts on control characters. */
  readonly isTerminal: boolean;
  write(chunk: string | Uint8Array): Promise<void>;
}

export const stdout: Sink = sinkOf(process.stdout, process.stdout.isTTY);

export function sinkOf(stream: Writable, isTerminal = false): Sink {
  return {
    isTerminal,
    async write(chunk) {
      if (!stream.write(chunk)) await once(stream, "drain");
    },
  };
}

/** Prints a line for a person, on a terminal without what it would act on. */
export async function printLine(line: string, sink: Sink = stdout): Promise<void> {
  await sink.write(`${sink.isTerminal ? printable(line) : line}\n`);
}

/** Prints a value as JSON. */
export async function printJson(value: unknown, sink: Sink = stdout): Promise<void> {
  await sink.write(`${printableText(JSON.stringify(value, undefined, 2))}\n`);
}

/** Says something about the work itself, on stderr. */
export function say(text: string): void {
  process.stderr.write(`${printableText(text)}\n`);
}
