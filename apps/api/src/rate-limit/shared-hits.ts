import { describeError } from "@front-door/service-runtime";
import { createClient } from "@redis/client";
import type { Logger } from "pino";
import { RateLimiterRedis, RLWrapperTimeouts } from "rate-limiter-flexible";
import { type HitCounter, type Hits, HitsInMemory, windowSeconds } from "./hit-counter.ts";

const connectTimeoutMs = 1_000;
const reconnectMs = 1_000;
/** Every request of a caller waits for this reply. */
const replyMs = 250;
/** How long this process counts alone after a failure, so that not every request waits for a Redis that hangs. */
const aloneMs = 2_000;

/**
 * Counts callers' requests in Redis, for all front doors together. While Redis is unavailable, this process logs an error
 * and counts alone, so limits still hold (docs/decisions/0010-redis-away.md).
 */
export class SharedHits implements HitCounter {
  readonly #client;
  readonly #logger: Logger;
  readonly #shared: HitCounter;
  readonly #alone = new HitsInMemory();
  #aloneUntil = 0;
  #away = false;

  /** `url` may contain a password; it is never logged. */
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
    this.#shared = new RLWrapperTimeouts({
      timeoutMs: replyMs,
      limiter: new RateLimiterRedis({
        // The library only counts: what is refused is decided in `rate-limit.ts`.
        points: 0,
        duration: windowSeconds,
        storeClient: this.#client,
        useRedisPackage: true,
        keyPrefix: "front-door:hits",
      }),
    });
    // An `error` event without a listener would end the process.
    this.#client.on("error", (error: unknown) => this.#lost(error));
    this.#client.connect().catch((error: unknown) => this.#lost(error));
  }

  async penalty(key: string): Promise<Hits> {
    if (performance.now() < this.#aloneUntil) return this.#alone.penalty(key);
    try {
      const hits = await this.#shared.penalty(key);
      this.#found();
      return hits;
    } catch (error) {
      this.#aloneUntil = performance.now() + aloneMs;
      this.#lost(error);
      return this.#alone.penalty(key);
    }
  }

  close(): void {
    this.#client.destroy();
  }

  #lost(error: unknown): void {
    if (this.#away) return;
    this.#away = true;
    this.#logger.error(
      { cause: describeError(error) },
      "cannot count in the Redis of REDIS_URL: until it is back, this process counts callers' requests by itself",
    );
  }

  #found(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#logger.info("the Redis of REDIS_URL is back: callers' requests are counted together again");
  }
}
