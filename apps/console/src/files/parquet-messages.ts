import type { AsyncBuffer } from "hyparquet";
import { type ParquetStart, readParquetStart } from "./parquet-start.ts";

/** What a worker, its inside and a MessagePort have. */
interface Messages {
  postMessage(message: unknown, options?: { transfer?: Transferable[] }): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

type Question =
  | { readonly byteLength: number; readonly rowsMax: number }
  | { readonly id: number; readonly bytes: ArrayBuffer };

type Answer =
  /** A part of the file is needed. */
  | { readonly id: number; readonly start: number; readonly end: number }
  | { readonly result: ParquetStart }
  | { readonly failure: string };

/** Reads the file that it is asked for, whose bytes it asks for. */
export function serveParquet(page: Messages): void {
  const waiting = new Map<number, (bytes: ArrayBuffer) => void>();
  const answer = (message: Answer) => page.postMessage(message, {});
  const read = async (byteLength: number, rowsMax: number) => {
    let parts = 0;
    const slice = async (start: number, end = byteLength) => {
      const id = parts++;
      const { promise, resolve } = Promise.withResolvers<ArrayBuffer>();
      waiting.set(id, resolve);
      answer({ id, start, end });
      return promise;
    };
    try {
      answer({ result: await readParquetStart({ byteLength, slice }, rowsMax) });
    } catch (error) {
      answer({ failure: error instanceof Error ? error.message : String(error) });
    }
  };
  page.addEventListener("message", ({ data }: MessageEvent<Question>) => {
    if ("rowsMax" in data) void read(data.byteLength, data.rowsMax);
    else waiting.get(data.id)?.(data.bytes);
  });
}

interface WorkLimit {
  /** How long the worker may work. The time that a part of the file takes to come does not count. */
  readonly workMs: number;
  readonly signal: AbortSignal;
}

/** Lets a worker that {@link serveParquet} serves read the start of a file. The caller ends the worker. */
export async function askForParquet(
  worker: Messages,
  file: AsyncBuffer,
  rowsMax: number,
  { workMs, signal }: WorkLimit,
): Promise<ParquetStart> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ParquetStart>();
  const clock = new WorkClock(workMs, () => reject(new Error("Its first rows take too long to read.")));
  const ask = (question: Question, transfer: Transferable[] = []) =>
    worker.postMessage(question, { transfer });
  const bring = async (id: number, start: number, end: number) => {
    clock.pause();
    const bytes = await file.slice(start, end);
    clock.goOn();
    ask({ id, bytes }, [bytes]);
  };
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    if ("result" in data) resolve(data.result);
    else if ("failure" in data) reject(new Error(data.failure));
    else bring(data.id, data.start, data.end).catch(reject);
  });
  signal.addEventListener("abort", () => reject(signal.reason as Error));
  clock.goOn();
  ask({ byteLength: file.byteLength, rowsMax });
  return promise.finally(() => clock.pause());
}

/** Calls `onEnd` when it has gone so long. It stands still while there are more pauses than goings on. */
class WorkClock {
  readonly #onEnd: () => void;
  #leftMs: number;
  #pauses = 1;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number, onEnd: () => void) {
    this.#leftMs = ms;
    this.#onEnd = onEnd;
  }

  goOn(): void {
    if (--this.#pauses > 0) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#onEnd, this.#leftMs);
  }

  pause(): void {
    if (this.#pauses++ > 0) return;
    clearTimeout(this.#timer);
    this.#leftMs -= performance.now() - this.#since;
  }
}
