import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { describeError } from "@front-door/service-runtime";
import type { createClient } from "@redis/client";
import type { Logger } from "pino";
import type { SessionRedis } from "../../config/session-settings.ts";
import { untilAborted } from "../../databricks/until-aborted.ts";
import { signInUnavailable } from "../sign-in-error.ts";
import { Seal } from "./seal.ts";
import type { SessionStore } from "./session-store.ts";

type Client = ReturnType<typeof createClient>;

const connectTimeoutMs = 1_000;
const reconnectMs = 1_000;
/** The longest wait for the reply to a command, including that for a connection. */
const replyMs = 2_000;
/** Longer than any request to the login service, so that a lock outlives what it protects. That of a gateway that dies expires. */
const lockMs = 15_000;
const lockWaitMs = 20_000;
const lockPollMs = 50;
/** Removes a lock, unless it has expired and is somebody else's by now. */
const unlockScript = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`;

/**
 * Keeps everything in Redis, sealed, for all gateways with the same keys. Redis alone gives nobody a token, and a text that
 * cannot be opened counts as missing.
 */
export class RedisStore implements SessionStore {
  readonly #kind: string;
  readonly #seal: Seal;
  readonly #logger: Logger;
  readonly #client: Promise<Client>;
  #made: Client | undefined;
  #isAway = false;

  /** Connects at once. The URL may contain a password; it is never logged. */
  constructor(kind: "sessions" | "sign-ins", { url, keys }: SessionRedis, logger: Logger) {
    this.#kind = kind;
    this.#seal = new Seal(keys);
    this.#logger = logger;
    this.#client = this.#open(url);
    this.#client.catch((error: unknown) => this.#lost(error));
  }

  async add(key: string, text: string, ttlMs: number): Promise<void> {
    const [name, sealed] = this.#sealed(key, text);
    await this.#ask((client) => client.set(name, sealed, { expiration: { type: "PX", value: ttlMs } }));
  }

  async get(key: string, ttlMs?: number): Promise<string | undefined> {
    const name = this.#name(key);
    const sealed = await this.#ask((client) =>
      ttlMs === undefined ? client.get(name) : client.getEx(name, { type: "PX", value: ttlMs }),
    );
    return this.#opened(key, sealed);
  }

  async replace(key: string, text: string, ttlMs: number): Promise<boolean> {
    const [name, sealed] = this.#sealed(key, text);
    const options = { condition: "XX", expiration: { type: "PX", value: ttlMs } } as const;
    return (await this.#ask((client) => client.set(name, sealed, options))) !== null;
  }

  async take(key: string): Promise<string | undefined> {
    return this.#opened(key, await this.#ask((client) => client.getDel(this.#name(key))));
  }

  async exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lock = `${this.#name(key)}:lock`;
    const owner = randomUUID();
    await this.#lock(lock, owner);
    try {
      return await work();
    } finally {
      // If this fails, the lock expires.
      const unlock = { keys: [lock], arguments: [owner] };
      await this.#ask((client) => client.eval(unlockScript, unlock)).catch(() => undefined);
    }
  }

  close(): void {
    this.#made?.destroy();
  }

  async #lock(lock: string, owner: string): Promise<void> {
    const options = { condition: "NX", expiration: { type: "PX", value: lockMs } } as const;
    for (const endsAt = performance.now() + lockWaitMs; performance.now() < endsAt; await delay(lockPollMs)) {
      if ((await this.#ask((client) => client.set(lock, owner, options))) !== null) return;
    }
    throw signInUnavailable(
      "Another gateway is renewing this session.",
      new Error("the lock was not free in time"),
    );
  }

  #name(key: string): string {
    return `front-door:${this.#kind}:${key}`;
  }

  #sealed(key: string, text: string): [name: string, sealed: string] {
    const name = this.#name(key);
    return [name, this.#seal.seal(text, name)];
  }

  #opened(key: string, sealed: string | null): string | undefined {
    return sealed === null ? undefined : this.#seal.open(sealed, this.#name(key));
  }

  /** Loads Redis' client, which is 478 modules, only where it is needed. Resolves with the first connection. */
  async #open(url: string): Promise<Client> {
    const redis = await import("@redis/client");
    const client: Client = redis.createClient({
      url,
      RESP: 2,
      // A command that waited for a connection could still run when nobody waits for it.
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: "disabled",
      socket: { connectTimeout: connectTimeoutMs, reconnectStrategy: () => reconnectMs },
    });
    this.#made = client;
    // An `error` event without a listener would end the process.
    client.on("error", (error: unknown) => this.#lost(error));
    await client.connect();
    return client;
  }

  async #ask<T>(command: (client: Client) => Promise<T>): Promise<T> {
    try {
      const reply = await untilAborted(this.#client.then(command), AbortSignal.timeout(replyMs));
      this.#found();
      return reply;
    } catch (error) {
      this.#lost(error);
      throw signInUnavailable("Sessions cannot be read now.", error);
    }
  }

  #lost(error: unknown): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#logger.error(
      { cause: describeError(error) },
      `cannot reach the Redis of REDIS_URL: until it is back, requests with a session return 503 (${this.#kind})`,
    );
  }

  #found(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#logger.info(`the Redis of REDIS_URL is back (${this.#kind})`);
  }
}
