import { describeError } from "@front-door/service-runtime";
import { createClient } from "@redis/client";
import { type IncrementResponse, MemoryStore, type Options, type Store } from "express-rate-limit";
import type { Logger } from "pino";
import { RedisStore } from "rate-limit-redis";

const connectTimeoutMs = 1_000;
const reconnectMs = 1_000;
/** Every request of a caller waits for this count. */
const replyMs = 250;
/** After a failure it counts alone for so long, and requests do not wait for a Redis that hangs. */
const aloneMs = 2_000;

/**
 * Callers' requests, counted in Redis for all front doors together. While Redis is away each counts by itself: that is an
 * error in the log, and neither an outage nor an open door.
 */
export class SharedHits implements Store {
  readonly localKeys = false;
  readonly #client;
  readonly #logger: Logger;
  readonly #alone = new MemoryStore();
  #options: Options | undefined;
  #shared: Promise<RedisStore> | undefined;
  #aloneUntil = 0;
  #away = false;

  /** `url` may have a password in it; it is never logged. */
  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.#client = createClient({
      url,
      RESP: 2,
      // A command that waits for a connection would keep its request waiting too.
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: "disabled",
      socket: { connectTimeout: connectTimeoutMs, reconnectStrategy: () => reconnectMs },
    });
    // Without a listener an `error` event ends the process. It says how the connection was lost.
    this.#client.on("error", (error: unknown) => this.#lost(error));
    this.#client.connect().catch((error: unknown) => this.#lost(error));
  }

  init(options: Options): void {
    this.#options = options;
    this.#alone.init(options);
  }

  async increment(key: string): Promise<IncrementResponse> {
    if (performance.now() >= this.#aloneUntil) {
      try {
        const hits = await within(replyMs, this.#incrementShared(key));
        this.#found();
        return hits;
      } catch (error) {
        this.#shared = undefined;
        this.#aloneUntil = performance.now() + aloneMs;
        this.#lost(error);
      }
    }
    return this.#alone.increment(key);
  }

  decrement(key: string): Promise<void> {
    return this.#alone.decrement(key);
  }

  resetKey(key: string): Promise<void> {
    return this.#alone.resetKey(key);
  }

  close(): void {
    this.#client.destroy();
  }

  async #incrementShared(key: string): Promise<IncrementResponse> {
    this.#shared ??= this.#open();
    return (await this.#shared).increment(key);
  }

  /** A store whose scripts could not be loaded once never loads them again, so each try has a new one. */
  async #open(): Promise<RedisStore> {
    const store = new RedisStore({
      prefix: "front-door:hits:",
      sendCommand: (...command: string[]) => this.#client.sendCommand(command),
    });
    if (this.#options) await store.init(this.#options);
    return store;
  }

  #lost(error: unknown): void {
    if (this.#away) return;
    this.#away = true;
    this.#logger.error(
      { cause: describeError(error) },
      "REDIS_URL cannot be used: until it can, this process counts callers' requests by itself",
    );
  }

  #found(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#logger.info("REDIS_URL can be used: callers' requests are counted together again");
  }
}

async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    // Whoever loses the race may still fail.
    promise.catch(() => undefined);
  }
}
