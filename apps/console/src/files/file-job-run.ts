import { personSignal } from "./person-signal.ts";

export interface FileFailure {
  /** Empty: it is of no one file. */
  readonly path: string;
  readonly error: Error;
}

/** One attempt at something that happens to many files, which knows what earlier attempts have done. */
export class FileJobRun {
  readonly #stop = new AbortController();
  readonly #done: Set<string>;
  readonly #onDone: () => void;
  /** Aborted: nothing more is begun. */
  readonly signal: AbortSignal = AbortSignal.any([this.#stop.signal, personSignal()]);
  readonly failures: FileFailure[] = [];

  /** Adds to `done` what is done, and calls `onDone` each time. */
  constructor(done: Set<string>, onDone: () => void) {
    this.#done = done;
    this.#onDone = onDone;
  }

  stop(): void {
    this.#stop.abort();
  }

  isDone(path: string): boolean {
    return this.#done.has(path);
  }

  done(path: string): void {
    this.#done.add(path);
    this.#onDone();
  }

  failed(path: string, error: unknown): void {
    // To be stopped is no failure.
    if (this.signal.aborted && error === this.signal.reason) return;
    this.failures.push({ path, error: error instanceof Error ? error : new Error(String(error)) });
  }
}
