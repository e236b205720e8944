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
  readonly failures: FileFailure[] = [];

  /** Adds to `done` what is done, and calls `onDone` each time. */
  constructor(done: Set<string>, onDone: () => void) {
    this.#done = done;
    this.#onDone = onDone;
  }

  /** Aborted: nothing more is begun. */
  get signal(): AbortSignal {
    return this.#stop.signal;
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
