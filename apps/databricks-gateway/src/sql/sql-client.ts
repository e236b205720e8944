import { setTimeout as delay } from "node:timers/promises";
import { OperationError } from "@front-door/operations";
import { FairLimit } from "@front-door/service-runtime";
import type { Credential } from "../databricks/credential.ts";
import { untilAborted } from "../databricks/until-aborted.ts";
import { type ConnectOptions, connect, type DBSQLClient, type DBSQLSession, disconnect } from "./driver.ts";
import { settledWithin } from "./settled-within.ts";
import { isRefusedCredential, isSurelyNotStarted, retryAfterMsOf } from "./statement-error.ts";

export interface SessionSettings {
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
  /** Whole seconds after which Databricks itself ends a statement of the session. */
  readonly statementTimeoutSeconds: number;
}

/** A session in use by one statement. */
export interface CheckedOutSession {
  readonly session: DBSQLSession;
  readonly key: string;
  /** Whose share of the identity's statements it takes. */
  readonly caller: string;
}

interface IdleSession extends Omit<CheckedOutSession, "caller"> {
  readonly since: number;
}

/** Databricks ends idle sessions after a while; an older one is not worth a try. */
const idleMsMax = 5 * 60_000;
const idleSessionsMax = 16;
/** Statements of one identity at a time, including those that Databricks has not released yet. */
const statementsMax = 100;
const closeMs = 3_000;
const attemptsMax = 3;
const firstDelayMs = 200;
/** The caller decides about a longer wait. */
const delayMsMax = 5_000;
/** The driver swallows a reply that was cut off, and the call never settles. */
const lostReplyMsDefault = 30_000;

export interface SqlClientOptions extends Omit<ConnectOptions, "authorization"> {
  readonly credential: Credential;
  /** How many of the identity's statements one caller may run. */
  readonly callerSharePercent: number;
}

/** One identity's connection to one warehouse, with its sessions. Two identities never share one. */
export class SqlClient {
  readonly #client: Promise<DBSQLClient>;
  readonly #credential: Credential;
  readonly #lostReplyMs: number;
  /** The least recently used first. */
  #idle: IdleSession[] = [];
  readonly #statements: FairLimit;
  #retired = false;

  constructor(
    { credential, callerSharePercent, ...options }: SqlClientOptions,
    lostReplyMs = lostReplyMsDefault,
  ) {
    this.#credential = credential;
    this.#statements = new FairLimit({
      max: statementsMax,
      sharePercent: callerSharePercent,
      refusal: tooManyStatements,
    });
    this.#lostReplyMs = lostReplyMs;
    this.#client = connect({ ...options, authorization: () => credential.authorization() });
    this.#client.catch(() => undefined);
  }

  get isBusy(): boolean {
    return this.#statements.used > 0;
  }

  get idleSessions(): number {
    return this.#idle.length;
  }

  /**
   * A session with these settings that no other statement uses, idle or new. It must come back through {@link giveBack} or
   * {@link drop}. Throws RESOURCE_EXHAUSTED, the driver's error or the signal's reason.
   */
  async checkOut(settings: SessionSettings, caller: string, signal: AbortSignal): Promise<CheckedOutSession> {
    await this.#statements.enter(caller);
    const key = JSON.stringify(settings);
    const kept = this.#idle.findLastIndex((idle) => idle.key === key);
    if (kept >= 0) return { ...(this.#idle.splice(kept, 1)[0] as IdleSession), caller };
    return this.#open(settings, { key, caller }, signal);
  }

  /**
   * Repeats `call` if Databricks surely did not start it: after 429, 503 and a refused connection, at most twice, when
   * `Retry-After` has passed. It never repeats after a broken connection, since the statement may be running. A call whose
   * credential was refused is repeated once, at once, if there is another credential. The driver repeats neither OpenSession
   * nor ExecuteStatement (docs/sdk-transport.md, driver 7). Throws the driver's error or the signal's reason.
   */
  async whileNotStarted<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      // The driver asks for the same one a moment later. It is read here to know which one was refused.
      const authorization = await this.#credential.authorization();
      try {
        return await call();
      } catch (error) {
        if (!renewed && isRefusedCredential(error) && (await this.#credential.renew(authorization))) {
          renewed = true;
          continue;
        }
        const delayMs = retryAfterMsOf(error) ?? firstDelayMs * 2 ** (attempt - 1);
        const hopeless = attempt === attemptsMax || delayMs > delayMsMax || signal.aborted;
        if (hopeless || !isSurelyNotStarted(error)) throw error;
        await delay(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  /** A new session in place of one that Databricks no longer knows. */
  replace(
    { session, key, caller }: CheckedOutSession,
    settings: SessionSettings,
    signal: AbortSignal,
  ): Promise<CheckedOutSession> {
    // The driver keeps every session that was not closed.
    session.close().catch(() => undefined);
    return this.#open(settings, { key, caller }, signal);
  }

  /** Keeps the session for the next statement. Its state must be the same as when it was opened. */
  giveBack({ session, key, caller }: CheckedOutSession): void {
    this.#idle.push({ session, key, since: Date.now() });
    this.#closeIdle(this.#idle.length - idleSessionsMax);
    this.#ended(caller);
  }

  /** Closes the session at Databricks, and with it what runs in it. */
  drop({ session, caller }: CheckedOutSession): void {
    this.#endAfter(session.close(), caller);
  }

  /** Closes sessions that have been idle for too long. */
  expireIdle(now = Date.now()): void {
    const first = this.#idle.findIndex(({ since }) => now - since < idleMsMax);
    this.#closeIdle(first < 0 ? this.#idle.length : first);
  }

  /** Closes when the last running statement has ended. */
  retire(): void {
    this.#retired = true;
    if (!this.isBusy) void this.close();
  }

  /** Closes every session and socket within three seconds; the driver alone takes 30 (docs/sdk-transport.md, driver 12). */
  async close(): Promise<void> {
    this.#retired = true;
    const idle = this.#idle.splice(0);
    const client = await this.#client.catch(() => undefined);
    if (client === undefined) return;
    const sessions = idle.map(({ session }) => session);
    await disconnect(client, sessions, closeMs);
  }

  async #open(
    settings: SessionSettings,
    { key, caller }: Omit<CheckedOutSession, "session">,
    signal: AbortSignal,
  ): Promise<CheckedOutSession> {
    const opening = this.#client.then((client) =>
      this.whileNotStarted(() => client.openSession(toRequest(settings)), signal),
    ) as Promise<DBSQLSession>;
    try {
      return { session: await untilAborted(opening, signal), key, caller };
    } catch (error) {
      // Nobody waits for a session that comes now.
      this.#endAfter(
        opening.then((session) => session.close()),
        caller,
      );
      throw error;
    }
  }

  /** Until Databricks has answered, the statement may still run and its socket is taken, so it still counts. */
  #endAfter(closing: Promise<unknown>, caller: string): void {
    void settledWithin(closing, this.#lostReplyMs).then(() => this.#ended(caller));
  }

  #ended(caller: string): void {
    this.#statements.leave(caller);
    if (this.#retired && !this.isBusy) void this.close();
  }

  #closeIdle(count: number): void {
    for (const { session } of this.#idle.splice(0, Math.max(count, 0))) {
      session.close().catch(() => undefined);
    }
  }
}

function tooManyStatements(reason: "full" | "share", most: number): OperationError {
  const who = reason === "full" ? "This identity" : "This caller";
  const message = `${who} already runs ${most} statements. Try again when one has ended.`;
  return new OperationError("RESOURCE_EXHAUSTED", message, { retryAfterSeconds: 1 });
}

function toRequest({ catalog, schema, statementTimeoutSeconds }: SessionSettings) {
  return {
    ...(catalog === undefined ? {} : { initialCatalog: catalog }),
    ...(schema === undefined ? {} : { initialSchema: schema }),
    // The driver's `queryTimeout` has no effect on a warehouse (docs/sdk-transport.md, driver 9).
    configuration: { STATEMENT_TIMEOUT: String(statementTimeoutSeconds) },
  };
}
