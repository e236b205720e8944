import { errorOfEnvelope, isEnvelope } from "./front-door-error.ts";

/** The last line of a whole reply. */
export interface LastLine {
  readonly complete: true;
  readonly row_count?: number;
  readonly truncated?: boolean;
}

/**
 * The lines of an NDJSON reply, parsed: for each chunk that ends some, an array of them. Returns its last line, which says that
 * nothing is missing. Throws a FrontDoorError if it reports a failure instead, and `cut()` if there is none.
 */
export async function* jsonLines(
  chunks: AsyncIterable<Uint8Array>,
  cut: (cause?: unknown) => Error,
): AsyncGenerator<unknown[], LastLine, void> {
  for await (const lines of parsedLines(chunks, cut)) {
    const last = lines.at(-1);
    const isLast = isEnvelope(last) || isLastLine(last);
    if (isLast) lines.pop();
    if (lines.length > 0) yield lines;
    if (isEnvelope(last)) throw errorOfEnvelope(last);
    if (isLastLine(last)) return last;
  }
  throw cut();
}

async function* parsedLines(
  chunks: AsyncIterable<Uint8Array>,
  cut: (cause: unknown) => Error,
): AsyncGenerator<unknown[], void, void> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  // A long line arrives in many chunks, and each is looked at once.
  let begun: string[] = [];
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n");
    if (end === -1) {
      begun.push(text);
      continue;
    }
    const lines = `${begun.join("")}${text.slice(0, end)}`.split("\n");
    begun = [text.slice(end + 1)];
    yield parsed(lines, cut);
  }
}

function parsed(lines: readonly string[], cut: (cause: unknown) => Error): unknown[] {
  try {
    return lines.map((line) => JSON.parse(line) as unknown);
  } catch (error) {
    throw cut(error);
  }
}

function isLastLine(line: unknown): line is LastLine {
  return typeof line === "object" && line !== null && "complete" in line && line.complete === true;
}
