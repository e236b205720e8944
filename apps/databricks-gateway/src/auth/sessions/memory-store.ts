import { LRUCache } from "lru-cache";
import type { SessionStore } from "./session-store.ts";

interface Entry {
  readonly text: string;
  readonly owner: string;
  /** Milliseconds, like `Date.now()`. */
  readonly endsAt: number;
}

interface Room {
  /** Beyond it, what was not used for longest goes. */
  readonly entriesMax: number;
  /** Beyond it, the owner's own oldest goes. */
  readonly ofOwnerMax: number;
}

/** Keeps everything in this process, in bounded memory: a restart ends every session. */
export class MemoryStore implements SessionStore {
  readonly #ofOwnerMax: number;
  readonly #entries: LRUCache<string, Entry>;
  /** The keys of each owner, the oldest first. */
  readonly #owned = new Map<string, Set<string>>();

  constructor({ entriesMax, ofOwnerMax }: Room) {
    this.#ofOwnerMax = ofOwnerMax;
    this.#entries = new LRUCache({
      max: entriesMax,
      // A token must not stay in memory longer because nobody else calls.
      ttlAutopurge: true,
      noDisposeOnSet: true,
      dispose: ({ owner }, key) => this.#disown(owner, key),
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  async add(key: string, text: string, ttlMs: number, owner: string): Promise<void> {
    const owned = this.#owned.get(owner) ?? new Set();
    const [oldest] = owned;
    if (owned.size >= this.#ofOwnerMax && oldest !== undefined) this.#entries.delete(oldest);
    owned.add(key);
    this.#owned.set(owner, owned);
    this.#keep(key, { text, owner }, ttlMs);
  }

  async get(key: string, ttlMs?: number): Promise<string | undefined> {
    const entry = this.#find(key);
    if (entry !== undefined && ttlMs !== undefined) this.#keep(key, entry, ttlMs);
    return entry?.text;
  }

  async replace(key: string, text: string, ttlMs: number): Promise<boolean> {
    const entry = this.#find(key);
    if (entry === undefined) return false;
    this.#keep(key, { ...entry, text }, ttlMs);
    return true;
  }

  async take(key: string): Promise<string | undefined> {
    const entry = this.#find(key);
    this.#entries.delete(key);
    return entry?.text;
  }

  exclusively<T>(_key: string, work: () => Promise<T>): Promise<T> {
    return work();
  }

  close(): void {
    this.#entries.clear();
  }

  #keep(key: string, { text, owner }: Pick<Entry, "text" | "owner">, ttlMs: number): void {
    this.#entries.set(key, { text, owner, endsAt: Date.now() + ttlMs }, { ttl: ttlMs });
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && Date.now() < entry.endsAt ? entry : undefined;
  }

  #disown(owner: string, key: string): void {
    const owned = this.#owned.get(owner);
    owned?.delete(key);
    if (owned?.size === 0) this.#owned.delete(owner);
  }
}
