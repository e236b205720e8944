import { randomUUID } from "node:crypto";
import { SqlError } from "@front-door/sql-engine";
import { ApiError, invalidParameter } from "../http/api-error.ts";
import type { Engine, EngineSession } from "../sql/engine.ts";
import type { SqlLimits } from "../sql/sql-parts.ts";

interface Namespace {
  catalog: string | undefined;
  schema: string | undefined;
}

interface StatementSession {
  id: string;
  principal: string;
  warehouseId: string;
  engine: EngineSession;
  /** Statements that run in it. */
  running: number;
  expiry: NodeJS.Timeout;
}

/** The sessions of the Statement Execution API, in which USE and SET last from one statement to the next. */
export class StatementSessions {
  readonly #engine: () => Promise<Engine>;
  readonly #limits: SqlLimits;
  readonly #sessions = new Map<string, StatementSession>();

  constructor(engine: () => Promise<Engine>, limits: SqlLimits) {
    this.#engine = engine;
    this.#limits = limits;
  }

  /** Throws 400 if the catalog, the schema or a setting is refused, and 429 above the limit. */
  async open(
    caller: { principal: string; warehouseId: string },
    namespace: Namespace,
    configuration: Record<string, string>,
  ): Promise<string> {
    if (this.#sessions.size >= this.#limits.sessionsMax) {
      throw new ApiError(429, "REQUEST_LIMIT_EXCEEDED", "Too many sessions are open.", {
        headers: { "retry-after": "1" },
      });
    }
    const engine = await this.#engine();
    const session: StatementSession = {
      id: randomUUID(),
      ...caller,
      engine: asBadRequest(() =>
        engine.openSession({ principal: caller.principal, ...namespace, configuration }),
      ),
      running: 0,
      expiry: setTimeout(() => this.#expire(session), this.#limits.sessionIdleMs),
    };
    session.expiry.unref();
    this.#sessions.set(session.id, session);
    return session.id;
  }

  /** The session that a statement names. Throws 404 if it is not the caller's, and 400 if it is of another warehouse. */
  of({ principal, warehouseId }: { principal: string; warehouseId: string }, id: string): StatementSession {
    const session = this.find(principal, id);
    if (session.warehouseId === warehouseId) return session;
    throw invalidParameter(`The session ${id} belongs to another SQL warehouse.`);
  }

  /** Runs `work` in a session, which does not expire meanwhile. */
  async use(session: StatementSession, work: (session: EngineSession) => Promise<void>): Promise<void> {
    session.running += 1;
    try {
      await work(session.engine);
    } finally {
      session.running -= 1;
      session.expiry.refresh();
    }
  }

  /** Throws the same 404 for a session that does not exist and for somebody else's. */
  find(principal: string, id: string): StatementSession {
    const found = this.#sessions.get(id);
    if (found?.principal === principal) return found;
    throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `The session ${id} does not exist.`);
  }

  /** Interrupts what runs in it. */
  async end({ id, engine, expiry }: StatementSession): Promise<void> {
    this.#sessions.delete(id);
    clearTimeout(expiry);
    await engine.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.end(session)));
  }

  #expire(session: StatementSession): void {
    if (!this.#sessions.has(session.id)) return;
    if (session.running > 0) session.expiry.refresh();
    else void this.end(session);
  }
}

function asBadRequest<Result>(open: () => Result): Result {
  try {
    return open();
  } catch (error) {
    if (error instanceof SqlError) throw new ApiError(400, "BAD_REQUEST", error.message);
    throw error;
  }
}
