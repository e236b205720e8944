/** Holds an upload back. */
export class Pause {
  /** How many pauses have begun. */
  count = 0;
  /** Called when a pause begins. */
  onBegin: (() => void) | undefined;
  #waiting: (() => void) | undefined;
  #over: Promise<void> | undefined;

  get isPaused(): boolean {
    return this.#over !== undefined;
  }

  begin(): void {
    if (this.isPaused) return;
    this.count++;
    this.#over = new Promise((resolve) => {
      this.#waiting = resolve;
    });
    this.onBegin?.();
  }

  end(): void {
    this.#over = undefined;
    this.#waiting?.();
  }

  /** Resolves when there is no pause. Rejects with the signal's reason if it is aborted before. */
  async over(signal: AbortSignal): Promise<void> {
    while (this.#over !== undefined) {
      const over = this.#over;
      await new Promise<void>((resolve, reject) => {
        const abort = () => reject(signal.reason as Error);
        signal.addEventListener("abort", abort, { once: true });
        void over.then(resolve).finally(() => signal.removeEventListener("abort", abort));
        if (signal.aborted) abort();
      });
    }
  }
}
