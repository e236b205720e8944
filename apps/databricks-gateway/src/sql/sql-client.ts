import { OperationError } from "@front-door/operations";
import type { Credential } from "../databricks/credential.ts";
import { untilAborted } from "../databricks/until-aborted.ts";
import { type ConnectOptions, connect, type DBSQLClient, type DBSQLSession, disconnect } from "./driver.ts";
import { whileNotStarted } from "./retry.ts";
import { settledWithin } from "./settled-within.ts";

export interface SessionSettings {
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
  /** Whole seconds after which Databricks itself gives a statement of the session up. */
  readonly statementTimeoutSeconds: number;
}

/** A session that one statement has for itself. */
export interface CheckedOutSession {
  readonly session: DBSQLSession;
  readonly key: string;
}

interface IdleSession extends CheckedOutSession {
  readonly since: number;
}

/** Databricks ends idle sessions by itself after a while; one that lies here longer is not worth the try. */
const idleMsMax = 5 * 60_000;
const idleSessionsMax = 16;
/** One identity's statements at a time, those counted that Databricks has not yet let go of. */
const statementsMax = 100;
const closeMs = 3_000;
/** A call whose reply was cut off never settles in the driver: it swallows what is too short to be read. */
const lostReplyMsDefault = 30_000;

export interface SqlClientOptions extends Omit<ConnectOptions, "authorization"> {
  readonly credential: Credential;
}

/** One identity's connection to one warehouse, with its sessions. It is never shared with another identity. */
export class SqlClient {
  readonly #client: Promise<DBSQLClient>;
  readonly #credential: Credential;
  readonly #lostReplyMs: number;
  /** The least recently used first. */
  #idle: IdleSession[] = [];
  #statements = 0;
  #retired = false;

  constructor({ credential, ...options }: SqlClientOptions, lostReplyMs = lostReplyMsDefault) {
    this.#credential = credential;
    this.#lostReplyMs = lostReplyMs;
    this.#client = connect({ ...options, authorization: () => credential.authorization() });
    this.#client.catch(() => undefined);
  }

  get isBusy(): boolean {
    return this.#statements > 0;
  }

  get idleSessions(): number {
    return this.#idle.length;
  }

  /**
   * A session of these settings that no other statement has, kept from before or new. Each has to come back, by
   * {@link giveBack} or {@link drop}. Throws RESOURCE_EXHAUSTED, the driver's error or the signal's reason.
   */
  async checkOut(settings: SessionSettings, signal: AbortSignal): Promise<CheckedOutSession> {
    if (this.#statements >= statementsMax) {
      throw new OperationError("RESOURCE_EXHAUSTED", "This identity runs too many statements at once.", {
        retryAfterSeconds: 1,
      });
    }
    this.#statements += 1;
    const key = JSON.stringify(settings);
    const kept = this.#idle.findLastIndex((idle) => idle.key === key);
    if (kept >= 0) return this.#idle.splice(kept, 1)[0] as IdleSession;
    return this.#open(settings, key, signal);
  }

  /** See `retry.ts`. A refused credential may be another one by now. */
  whileNotStarted<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return whileNotStarted(call, this.#credential, signal);
  }

  /** A new session in place of one that Databricks no longer knows. */
  replace(
    { session, key }: CheckedOutSession,
    settings: SessionSettings,
    signal: AbortSignal,
  ): Promise<CheckedOutSession> {
    // The driver's client keeps every session that was not closed.
    session.close().catch(() => undefined);
    return this.#open(settings, key, signal);
  }

  /** For the next statement: only when the session is as it was when it was opened. */
  giveBack({ session, key }: CheckedOutSession): void {
    this.#idle.push({ session, key, since: Date.now() });
    this.#closeIdle(this.#idle.length - idleSessionsMax);
    this.#ended();
  }

  /** Closes the session at Databricks, and with it what runs in it. */
  drop({ session }: CheckedOutSession): void {
    // Until Databricks has answered, the statement may still run and its socket is taken: so long it counts.
    void settledWithin(session.close(), this.#lostReplyMs).then(() => this.#ended());
  }

  /** Closes sessions that lie idle for too long. */
  expireIdle(now = Date.now()): void {
    const first = this.#idle.findIndex(({ since }) => now - since < idleMsMax);
    this.#closeIdle(first < 0 ? this.#idle.length : first);
  }

  /** No new statements: closes now, or when the last running statement has ended. */
  retire(): void {
    this.#retired = true;
    if (!this.isBusy) void this.close();
  }

  /** Closes every session and socket, in three seconds at most (the driver's own takes 30: docs/sdk-transport.md, driver 12). */
  async close(): Promise<void> {
    this.#retired = true;
    const idle = this.#idle.splice(0);
    const client = await this.#client.catch(() => undefined);
    if (client === undefined) return;
    const sessions = idle.map(({ session }) => session);
    await disconnect(client, sessions, closeMs);
  }

  async #open(settings: SessionSettings, key: string, signal: AbortSignal): Promise<CheckedOutSession> {
    const opening = this.#client.then((client) =>
      this.whileNotStarted(() => client.openSession(toRequest(settings)), signal),
    ) as Promise<DBSQLSession>;
    try {
      return { session: await untilAborted(opening, signal), key };
    } catch (error) {
      this.#takeLate(opening, key);
      throw error;
    }
  }

  /** A session that nobody waits for any more, but good all the same. */
  #takeLate(opening: Promise<DBSQLSession>, key: string): void {
    let counted = true;
    const end = (how: () => void) => {
      if (counted) how();
      counted = false;
    };
    opening
      .then(
        async (session): Promise<unknown> =>
          counted ? end(() => this.giveBack({ session, key })) : session.close(),
        () => end(() => this.#ended()),
      )
      .catch(() => undefined);
    void settledWithin(opening, this.#lostReplyMs).then(() => end(() => this.#ended()));
  }

  #ended(): void {
    this.#statements -= 1;
    if (this.#retired && !this.isBusy) void this.close();
  }

  #closeIdle(count: number): void {
    for (const { session } of this.#idle.splice(0, Math.max(count, 0))) {
      session.close().catch(() => undefined);
    }
  }
}

function toRequest({ catalog, schema, statementTimeoutSeconds }: SessionSettings) {
  return {
    ...(catalog === undefined ? {} : { initialCatalog: catalog }),
    ...(schema === undefined ? {} : { initialSchema: schema }),
    // The driver's `queryTimeout` has no effect on a warehouse (docs/sdk-transport.md, driver 9).
    configuration: { STATEMENT_TIMEOUT: String(statementTimeoutSeconds) },
  };
}
