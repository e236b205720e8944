import { createHash, randomBytes } from "node:crypto";
import { type ErrorCode, OperationError } from "@front-door/operations";
import { createRedactor, type Redactor } from "@front-door/service-runtime";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import type { SessionsConfig } from "../../config/session-settings.ts";
import type { Credential } from "../../databricks/credential.ts";
import { sessionEnded } from "../sign-in-error.ts";
import type { AccessToken, DatabricksLogin, Tokens, User } from "./databricks-login.ts";
import type { SessionStore } from "./session-store.ts";

const liveMax = 10_000;
const unusedMs = 15 * 60_000;
/** A token is not used in its last seconds, so that it does not expire on the way. */
const leewayMs = 10_000;
/** The shortest time from a failed refresh ahead of time to the next, and from one refused token to the next. */
const pauseMs = 5_000;

const session = z.object({
  userName: z.string(),
  displayName: z.string().optional(),
  /** At Databricks, by name, when they signed in. Sessions that an older gateway stored have none. */
  groups: z.array(z.string()).default([]),
  /** The workspace's. The tokens are never sent to another one. */
  origin: z.string(),
  endsAt: z.number(),
  token: z.object({ value: z.string(), expiresAt: z.number(), refreshAt: z.number() }),
  refreshToken: z.string().optional(),
});

/** A person who has signed in with Databricks. */
export type Session = z.output<typeof session>;

/** A session under the digest of its id, which no log and no store may have. */
export interface OpenSession {
  readonly key: string;
  readonly session: Session;
}

export interface SessionsParts {
  readonly config: Pick<SessionsConfig, "idleMs" | "maxMs">;
  readonly store: SessionStore;
  readonly login: DatabricksLogin;
  /** Of the workspace where people sign in. */
  readonly origin: string;
}

/**
 * The sessions of people who signed in, and their tokens. However many requests of a session need a new token, in however
 * many gateways, one refresh gets it: its refresh token may be good for one use only. The successor is in the store before
 * any request has it.
 */
export class Sessions {
  readonly #parts: SessionsParts;
  /** Those that this process used lately. The store decides whether they still exist. */
  readonly #live = new LRUCache<string, Session>({
    max: liveMax,
    ttl: unusedMs,
    updateAgeOnGet: true,
    ttlAutopurge: true,
  });
  readonly #refreshing = new Map<string, Promise<Session>>();
  /** Refreshed while the store was away. Nothing else has the new refresh token. */
  readonly #unsaved: LRUCache<string, Session>;
  /** When a session got a new token because Databricks refused the one before. */
  readonly #renewed = new LRUCache<string, true>({ max: liveMax, ttl: pauseMs });
  /** The last time that the login service was away. */
  #failure: { readonly at: number; readonly error: unknown } | undefined;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    // No longer than the store keeps the session, so that its tokens do not stay in memory for nobody.
    this.#unsaved = new LRUCache({ max: liveMax, ttl: parts.config.idleMs, ttlAutopurge: true });
  }

  /** Forgets the tokens of all. */
  close(): void {
    this.#live.clear();
    this.#unsaved.clear();
  }

  /** Begins a session under a new id, the only copy of which is returned. */
  async begin(
    { userName, displayName, groups }: User,
    tokens: Tokens,
  ): Promise<OpenSession & { readonly id: string }> {
    const { config, store, origin } = this.#parts;
    const id = `fds_${randomBytes(32).toString("base64url")}`;
    const key = keyOf(id);
    const endsAt = Date.now() + config.maxMs;
    const begun: Session = { userName, displayName, groups, origin, endsAt, ...tokens };
    await store.add(key, JSON.stringify(begun), config.idleMs, userName);
    this.#live.set(key, begun);
    return { id, key, session: begun };
  }

  /** The session, which is in use from now on. Throws SESSION_ENDED or SIGN_IN_UNAVAILABLE. */
  async use(id: string): Promise<OpenSession> {
    const key = keyOf(id);
    return { key, session: await this.#load(key, this.#parts.config.idleMs) };
  }

  /** The session, without using it. Throws SESSION_ENDED or SIGN_IN_UNAVAILABLE. */
  async look(id: string): Promise<Session> {
    return this.#load(keyOf(id));
  }

  /** Forgets a session, if there is one. Returns the digest of its id. */
  async end(id: string): Promise<string> {
    const key = keyOf(id);
    this.#forget(key);
    await this.#parts.store.take(key);
    // A request may have loaded it meanwhile.
    this.#forget(key);
    return key;
  }

  /** The credential of a session, whatever its tokens are by then. */
  credentialOf(key: string): Credential {
    return {
      authorization: () => {
        const live = this.#live.get(key);
        return live === undefined
          ? this.#load(key).then((loaded) => this.#authorization(key, loaded))
          : this.#authorization(key, live);
      },
      renew: (refused) => this.#renew(key, refused),
      reread: async () => undefined,
    };
  }

  /** Knows the session's present tokens word for word. */
  redactorOf(key: string): Redactor {
    return (text) => {
      const { token, refreshToken } = this.#live.get(key) ?? {};
      const secrets = [token?.value, refreshToken].filter((each) => each !== undefined);
      return createRedactor([], secrets)(text);
    };
  }

  #authorization(key: string, { token }: Session): string | Promise<string> {
    const recent = Date.now() < (this.#failure?.at ?? 0) + pauseMs ? this.#failure : undefined;
    if (isUsable(token)) {
      // The old token is used meanwhile.
      if (Date.now() >= token.refreshAt && recent === undefined) {
        this.#refresh(key, token.value).catch(() => undefined);
      }
      return `Bearer ${token.value}`;
    }
    if (recent !== undefined && !this.#refreshing.has(key)) return Promise.reject(recent.error);
    return this.#refresh(key, token.value).then((refreshed) => `Bearer ${refreshed.token.value}`);
  }

  async #renew(key: string, refused: string): Promise<boolean> {
    const { token } = this.#live.get(key) ?? (await this.#load(key));
    // Another call has replaced it already.
    if (refused !== `Bearer ${token.value}`) return true;
    if (this.#renewed.has(key) && !this.#refreshing.has(key)) return false;
    await this.#refresh(key, token.value);
    this.#renewed.set(key, true);
    return true;
  }

  /** Resolves when the session has another token than `stale`. */
  #refresh(key: string, stale: string): Promise<Session> {
    const running = this.#refreshing.get(key);
    if (running !== undefined) return running;
    const refresh = this.#parts.store
      .exclusively(key, () => this.#refreshAlone(key, stale))
      .finally(() => this.#refreshing.delete(key));
    this.#refreshing.set(key, refresh);
    return refresh;
  }

  async #refreshAlone(key: string, stale: string): Promise<Session> {
    const { login, store } = this.#parts;
    const before = await this.#load(key);
    // Another gateway was first.
    if (before.token.value !== stale && isUsable(before.token)) return before;
    try {
      if (before.refreshToken === undefined) throw sessionEnded();
      const tokens = await login.refresh(before.refreshToken).catch((error: unknown) => {
        if (isCode(error, "SIGN_IN_UNAVAILABLE")) this.#failure = { at: Date.now(), error };
        throw error;
      });
      const after = { ...before, ...tokens };
      this.#unsaved.set(key, after);
      await this.#save(key, after);
      return after;
    } catch (error) {
      if (isCode(error, "SESSION_ENDED")) {
        this.#forget(key);
        await store.take(key);
      }
      throw error;
    }
  }

  /** Throws SESSION_ENDED if the session has ended meanwhile. */
  async #save(key: string, after: Session): Promise<void> {
    const { config, store } = this.#parts;
    const isKept = await store.replace(key, JSON.stringify(after), config.idleMs);
    if (!isKept) {
      this.#forget(key);
      throw sessionEnded();
    }
    this.#unsaved.delete(key);
    this.#live.set(key, after);
  }

  async #load(key: string, ttlMs?: number): Promise<Session> {
    const { store, origin } = this.#parts;
    const unsaved = this.#unsaved.get(key);
    if (unsaved !== undefined) await this.#save(key, unsaved);
    const loaded = session.safeParse(parsed(await store.get(key, ttlMs))).data;
    if (loaded === undefined || loaded.endsAt <= Date.now() || loaded.origin !== origin) {
      this.#forget(key);
      throw sessionEnded();
    }
    this.#live.set(key, loaded);
    return loaded;
  }

  #forget(key: string): void {
    this.#live.delete(key);
    this.#unsaved.delete(key);
  }
}

function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof OperationError && error.code === code;
}

function isUsable({ expiresAt }: AccessToken): boolean {
  return Date.now() < expiresAt - leewayMs;
}

function parsed(text = "null"): unknown {
  return JSON.parse(text);
}

/** What stands for an id wherever it is kept: nobody finds an id of 256 random bits by its digest. */
function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
