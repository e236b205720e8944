/**
 * Where sessions are kept, or sign-ins under way: texts by key, each for its time. Keys are digests, so reading the whole
 * store reveals no session id. Every method throws SIGN_IN_UNAVAILABLE while the store is away.
 */
export interface SessionStore {
  /** Keeps a new text. One owner cannot take the room of all others. */
  add(key: string, text: string, ttlMs: number, owner: string): Promise<void>;
  /** The text; with `ttlMs` it is kept for that long from now on. */
  get(key: string, ttlMs?: number): Promise<string | undefined>;
  /** Replaces a text that is still there. Resolves to whether it was. */
  replace(key: string, text: string, ttlMs: number): Promise<boolean>;
  /** Removes the text and resolves to it. Of two that take it at the same time, one gets it. */
  take(key: string): Promise<string | undefined>;
  /** Runs `work` while no other gateway runs theirs for this key. One process must not call it twice at a time. */
  exclusively<T>(key: string, work: () => Promise<T>): Promise<T>;
  close(): void;
}
