import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ApiError } from "../http/api-error.ts";
import type { Engine, EngineSession } from "../sql/engine.ts";
import type { ResultChunks } from "../sql/result-chunks.ts";
import type { SqlParts } from "../sql/sql-parts.ts";
import { type InSession, KeptStatement } from "./kept-statement.ts";
import type { StatementRequest } from "./statement-request.ts";
import { StatementSessions } from "./statement-sessions.ts";

/** The statements that can still be read, each only by its own principal. */
export class KeptStatements {
  readonly sessions: StatementSessions;
  readonly #parts: SqlParts;
  readonly #engine: () => Promise<Engine>;
  readonly #dir: string;
  /** Ordered by their start. */
  readonly #kept = new Map<string, KeptStatement>();

  constructor(parts: SqlParts, engine: () => Promise<Engine>, dir: string) {
    this.#parts = parts;
    this.#engine = engine;
    this.#dir = dir;
    this.sessions = new StatementSessions(engine, parts.limits);
  }

  async start(principal: string, request: StatementRequest): Promise<KeptStatement> {
    const { sql, warehouseId, sessionId, tags } = request;
    const session =
      sessionId === undefined ? undefined : this.sessions.of({ principal, warehouseId }, sessionId);
    await this.#makeRoom();
    const id = randomUUID();
    const seen = this.#parts.log.add({
      id,
      service: "statement-execution",
      principal,
      warehouseId,
      sessionId,
      statement: sql,
      tags,
    });
    const dir = join(this.#dir, `statement-${id}`);
    const inSession: InSession = (work) =>
      session === undefined ? this.#inOwnSession(principal, request, work) : this.sessions.use(session, work);
    const statement = new KeptStatement(request, seen, this.#parts, inSession, dir);
    this.#kept.set(id, statement);
    void this.#forgetLater(statement);
    return statement;
  }

  /** Throws the same 404 for a statement that does not exist and for somebody else's, so that an id reveals nothing. */
  find(principal: string, id: string): KeptStatement {
    const found = this.#kept.get(id);
    if (found?.seen.principal === principal) return found;
    throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `The statement ${id} does not exist.`);
  }

  /** The result of a statement, for whoever has a link to it. */
  chunksOf(statementId: string): ResultChunks | undefined {
    return this.#kept.get(statementId)?.result?.chunks;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#kept.values()].map((statement) => statement.close()));
    await this.sessions.close();
  }

  async #inOwnSession(
    principal: string,
    { catalog, schema }: StatementRequest,
    work: (session: EngineSession) => Promise<void>,
  ): Promise<void> {
    const session = (await this.#engine()).openSession({ principal, catalog, schema });
    try {
      await work(session);
    } finally {
      await session.close();
    }
  }

  async #forgetLater(statement: KeptStatement): Promise<void> {
    await statement.ended;
    setTimeout(() => void statement.close(), this.#parts.limits.resultKeptMs).unref();
  }

  async #makeRoom(): Promise<void> {
    if (this.#kept.size < this.#parts.limits.statementsMax) return;
    const oldest = [...this.#kept].find(([, statement]) => statement.isOver);
    if (oldest === undefined) {
      throw new ApiError(429, "REQUEST_LIMIT_EXCEEDED", "Too many statements are running.", {
        headers: { "retry-after": "1" },
      });
    }
    this.#kept.delete(oldest[0]);
    await oldest[1].close();
  }
}
