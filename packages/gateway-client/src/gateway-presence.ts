import { setTimeout as sleep } from "node:timers/promises";

export interface PresenceOptions {
  /** Whether it listens now. */
  readonly listens: () => Promise<boolean>;
  /** How long it may be gone, in milliseconds, before nobody waits for it any more. */
  readonly waitMs: number;
}

const pauseMs = 50;

/** Whether the gateway is there. One that is being replaced costs its callers a wait and no failure. */
export class GatewayPresence {
  readonly #options: PresenceOptions;
  #goneSince: number | undefined;
  #isOver = false;
  #return: Promise<boolean> | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** A connection to it was made. */
  seen(): void {
    this.#goneSince = undefined;
  }

  /**
   * Call it when nobody listens. Resolves to true when the gateway is back, and to false once it has been gone for `waitMs`: at
   * once from then on, until it has been seen. However many wait, one looks. Throws the signal's reason if it is aborted first.
   */
  back(signal: AbortSignal): Promise<boolean> {
    this.#return ??= this.#watch().finally(() => {
      this.#return = undefined;
    });
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    return Promise.race([this.#return, aborted]);
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#isOver = true;
  }

  async #watch(): Promise<boolean> {
    const goneSince = (this.#goneSince ??= performance.now());
    while (!this.#isOver && performance.now() - goneSince < this.#options.waitMs) {
      await sleep(pauseMs);
      if (await this.#options.listens()) return true;
    }
    return false;
  }
}
