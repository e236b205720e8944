import { resultMediaType } from "@front-door/operations";
import type { StreamedReply } from "./handler.ts";
import { pause, withPatience } from "./with-patience.ts";

/** Something at Databricks that goes from state to state, and ends. */
export interface Watched<State> {
  readonly read: () => Promise<State>;
  /** Whether the state will not change any more. */
  readonly isFinal: (state: State) => boolean;
  /** What a change is a change of. */
  readonly distinguish: (state: State) => string;
  readonly lineOf: (state: State) => object;
  readonly lastLineOf: (lineCount: number) => object;
  /** Between two calls: at first, and after many. */
  readonly firstPauseMs: number;
  readonly pauseMsMax: number;
}

/** After this time without a change the last line is sent again. Connections are cut after a minute of silence. */
const silenceMsMax = 30_000;

/**
 * A reply of NDJSON with a line at once and after each change. A failure of the first call is an error reply, and a later one the
 * last line, once Databricks has been too busy for a while. Hanging up ends the polling.
 */
export const watch = <State>(watched: Watched<State>, signal: AbortSignal): StreamedReply => ({
  status: 200,
  headers: { "content-type": `${resultMediaType.ndjson}; charset=utf-8` },
  pieces: linesOf(watched, signal),
  openingPieces: 1,
  endsWithFailure: true,
});

async function* linesOf<State>(
  watched: Watched<State>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  let sent: { readonly state: string; readonly at: number } | undefined;
  let count = 0;
  for (let pauseMs = watched.firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, watched.pauseMsMax)) {
    const given = await (sent === undefined ? watched.read() : withPatience(signal, watched.read));
    const state = watched.distinguish(given);
    if (state !== sent?.state || performance.now() - sent.at >= silenceMsMax) {
      yield line(watched.lineOf(given));
      count += 1;
      sent = { state, at: performance.now() };
    }
    if (watched.isFinal(given)) break;
    await pause(pauseMs, signal);
  }
  yield line(watched.lastLineOf(count));
}

const line = (content: object): Uint8Array => Buffer.from(`${JSON.stringify(content)}\n`);
