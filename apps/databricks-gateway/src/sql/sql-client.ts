import { OperationError } from "@front-door/operations";
import { FairLimit } from "@front-door/service-runtime";
import type { Again } from "../databricks/repeat-call.ts";
import type { RetryBudget } from "../databricks/retry-budget.ts";
import { untilAborted } from "../databricks/until-aborted.ts";
import { type Connection, type ConnectOptions, connect, type DBSQLSession, disconnect } from "./driver.ts";
import { harmless, isBusy, repeatSqlCall } from "./repeat-sql-call.ts";
import { settledWithin } from "./settled-within.ts";
import { isWarehouseGone } from "./warehouse-state.ts";

export interface SessionSettings {
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
  /** Whole seconds after which Databricks itself ends a statement of the session. */
  readonly statementTimeoutSeconds: number;
}

/** How long a statement waits for its session. */
export interface SessionPatience {
  readonly signal: AbortSignal;
  /** The time, of `performance.now()`, after which nobody waits any more. */
  readonly endsAt: number;
  /** Whether the statement can move to another warehouse, so that one that is stopped is not waited for. */
  readonly mayMove: boolean;
}

/** A session in use by one statement. */
export interface CheckedOutSession {
  readonly session: DBSQLSession;
  readonly key: string;
  /** Whether another statement used it before. */
  readonly isReused: boolean;
  /** Whose share of the identity's statements it takes. */
  readonly caller: string;
}

interface IdleSession extends Pick<CheckedOutSession, "session" | "key"> {
  readonly since: number;
}

/** Databricks ends idle sessions after a while; an older one is not worth a try. */
const idleMsMax = 5 * 60_000;
const idleSessionsMax = 16;
/** Statements of one identity at a time, including those that Databricks has not released yet. */
const statementsMax = 100;
const closeMs = 3_000;
/** Longer than Databricks needs to end a statement. */
const lostReplyMsDefault = 30_000;

export interface SqlClientOptions extends ConnectOptions {
  /** How many of the identity's statements one caller may run. */
  readonly callerSharePercent: number;
}

/** One identity's connection to one warehouse, with its sessions. Two identities never share one. */
export class SqlClient {
  readonly #connection: Promise<Connection>;
  readonly #lostReplyMs: number;
  /** The retries of the workspace. */
  readonly budget: RetryBudget;
  /** The least recently used first. */
  #idle: IdleSession[] = [];
  readonly #statements: FairLimit;
  #retired = false;
  /** Whether the workspace has query tags. Undefined: no statement has told yet. */
  takesTags: boolean | undefined;

  constructor({ callerSharePercent, ...options }: SqlClientOptions, lostReplyMs = lostReplyMsDefault) {
    this.#statements = new FairLimit({
      max: statementsMax,
      sharePercent: callerSharePercent,
      refusal: tooManyStatements,
    });
    this.#lostReplyMs = lostReplyMs;
    this.budget = options.budget;
    this.#connection = connect(options);
    this.#connection.catch(() => undefined);
  }

  /** How many statements Databricks has not released yet. */
  get statements(): number {
    return this.#statements.used;
  }

  get isBusy(): boolean {
    return this.statements > 0;
  }

  get idleSessions(): number {
    return this.#idle.length;
  }

  /**
   * A session with these settings that no other statement uses, idle or new. It must come back through {@link giveBack} or
   * {@link drop}. Throws RESOURCE_EXHAUSTED, the last failure of OpenSession or the signal's reason.
   */
  async checkOut(
    settings: SessionSettings,
    caller: string,
    patience: SessionPatience,
  ): Promise<CheckedOutSession> {
    await this.#statements.enter(caller);
    const key = JSON.stringify(settings);
    const kept = this.#idle.findLastIndex((idle) => idle.key === key);
    if (kept >= 0) return { ...(this.#idle.splice(kept, 1)[0] as IdleSession), caller, isReused: true };
    return this.#open(settings, { key, caller }, patience);
  }

  /** A new session in place of one in which ExecuteStatement failed. Closes the old one, and what may run in it. */
  replace(
    { session, key, caller }: CheckedOutSession,
    settings: SessionSettings,
    patience: SessionPatience,
  ): Promise<CheckedOutSession> {
    // The driver keeps every session that was not closed.
    session.close().catch(() => undefined);
    return this.#open(settings, { key, caller }, patience);
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
    if (this.#retired) return;
    this.#retired = true;
    if (!this.isBusy) void this.close();
  }

  /** Closes every session and socket within three seconds; the driver alone takes 30 (docs/sdk-transport.md, driver 12). */
  async close(): Promise<void> {
    this.#retired = true;
    const idle = this.#idle.splice(0);
    const connection = await this.#connection.catch(() => undefined);
    if (connection === undefined) return;
    const sessions = idle.map(({ session }) => session);
    await disconnect(connection, sessions, closeMs);
  }

  /** OpenSession may run twice, so a warehouse that starts is waited for as long as the caller waits. */
  async #open(
    settings: SessionSettings,
    { key, caller }: Pick<CheckedOutSession, "key" | "caller">,
    patience: SessionPatience,
  ): Promise<CheckedOutSession> {
    const { signal, mayMove } = patience;
    let lastRefusal: unknown;
    const again: Again = (failure, attempt) => {
      if (mayMove && isWarehouseGone(failure)) return undefined;
      if (isBusy(failure)) lastRefusal = failure;
      return harmless(failure, attempt);
    };
    const opening = this.#connection.then(({ client }) =>
      repeatSqlCall(() => client.openSession(toRequest(settings)), again, patience, { budget: this.budget }),
    ) as Promise<DBSQLSession>;
    try {
      return { session: await untilAborted(opening, signal), key, caller, isReused: false };
    } catch (error) {
      // Nobody waits for a session that comes now.
      this.#endAfter(
        opening.then((session) => session.close()),
        caller,
      );
      throw isDeadline(error) ? (lastRefusal ?? error) : error;
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

/** Whether the time ended while Databricks was still working. */
export function isDeadline(error: unknown): boolean {
  return error instanceof OperationError && error.code === "DEADLINE_EXCEEDED";
}

function tooManyStatements(reason: "full" | "share", most: number): OperationError {
  const who = reason === "full" ? "This identity" : "This caller";
  const message = `${who} already runs as many statements as it may at once: ${most}. Try again when one has ended.`;
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
