import type { Readable } from "node:stream";

/** A JSON-RPC message, as far as a relay reads it. */
export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}

/** The text of each line, and of a last one without an end. (Not readline, which takes U+2028 for the end of a line.) */
export async function* linesOf(stream: Readable | ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  // A web stream of Node is iterable, which its type of the browser does not say.
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    rest += first;
    for (const next of others) {
      yield rest;
      rest = next;
    }
  }
  if (rest !== "") yield rest;
}

/** The messages in a stream of server-sent events. The front door writes each one on one line. */
export async function* messagesOf(events: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  for await (const line of linesOf(events)) {
    // No expression: its `.` would not take the U+2028 of a text.
    const data = line.startsWith("data:") ? line.slice("data:".length).trim() : "";
    if (data !== "") yield data;
  }
}
