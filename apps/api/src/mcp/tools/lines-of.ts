import type { Readable } from "node:stream";

/** A line of NDJSON. Not whole: longer than it may be, and its text is left out. */
export interface Line {
  readonly text: string;
  readonly isWhole: boolean;
}

/**
 * The lines of NDJSON. Holds no more of one than `lengthMax` characters and a chunk: a longer one is yielded before its end.
 * (Not readline, which takes U+2028 in a text for the end of a line.)
 */
export async function* linesOf(body: Readable, lengthMax: number): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = "";
  let isLeftOut = false;
  for await (const chunk of body) {
    const parts = decoder.decode(chunk as Buffer, { stream: true }).split("\n");
    const last = parts.pop() ?? "";
    for (const part of parts) {
      if (!isLeftOut) yield { text: rest + part, isWhole: true };
      rest = "";
      isLeftOut = false;
    }
    if (isLeftOut) continue;
    rest += last;
    if (rest.length <= lengthMax) continue;
    rest = "";
    isLeftOut = true;
    yield { text: "", isWhole: false };
  }
  if (rest !== "") yield { text: rest, isWhole: true };
}
