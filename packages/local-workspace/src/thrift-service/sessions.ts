import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { ApiError } from "../http/api-error.ts";
import type { Engine, EngineSession } from "../sql/engine.ts";
import type { ResultChunks } from "../sql/result-chunks.ts";
import type { SqlParts } from "../sql/sql-parts.ts";
import { Statement, type StatementText } from "../sql/statement.ts";
import type { QueryTag } from "../sql/statement-log.ts";
import { ResultFiles } from "./result-files.ts";
import { InvalidHandleError, RefusedError } from "./status.ts";

/** The caller and the warehouse: a handle is valid only for them. */
export interface Caller {
  principal: string;
  warehouseId: string;
}

export interface Operation {
  statement: Statement;
  session: ThriftSession;
  /** Whether the rows come as Thrift's own lists of values rather than as Arrow. */
  inColumns: boolean;
  /** Undefined if the client cannot download files. */
  files: ResultFiles | undefined;
  /** TOperationType */
  type: number;
  secret: Buffer;
}

export interface ThriftSession {
  id: string;
  secret: Buffer;
  caller: Caller;
  engine: EngineSession;
  /** Whether results have timestamps as text, unless a statement says otherwise. */
  timestampAsString: boolean;
  operations: Map<string, Operation>;
  expiry: NodeJS.Timeout;
}

interface ThriftSessionOptions extends Pick<ThriftSession, "timestampAsString"> {
  catalog?: string;
  schema?: string;
  configuration: Record<string, string>;
}

const OPERATIONS_MAX = 10_000;

/** The open sessions and their operations. Each can be found only by its own caller. */
export class Sessions {
  readonly #parts: SqlParts;
  readonly #engine: () => Promise<Engine>;
  readonly #filesDir: string;
  readonly #sessions = new Map<string, ThriftSession>();
  readonly #operations = new Map<string, Operation>();
  readonly #lost = new Set<string>();

  /** `filesDir` takes the results that clients download. */
  constructor(parts: SqlParts, engine: () => Promise<Engine>, filesDir: string) {
    this.#parts = parts;
    this.#filesDir = filesDir;
    this.#engine = engine;
  }

  get open(): number {
    return this.#sessions.size;
  }

  async start(
    caller: Caller,
    { timestampAsString, ...options }: ThriftSessionOptions,
  ): Promise<ThriftSession> {
    refuseAbove(this.#parts.limits.sessionsMax, this.#sessions.size, "sessions");
    const engine = await this.#engine();
    const id = randomUUID();
    const session: ThriftSession = {
      id,
      secret: randomBytes(16),
      caller,
      engine: engine.openSession({ principal: caller.principal, ...options }),
      timestampAsString,
      operations: new Map(),
      expiry: setTimeout(() => this.#expire(session), this.#parts.limits.sessionIdleMs),
    };
    session.expiry.unref();
    this.#sessions.set(id, session);
    return session;
  }

  /** Throws InvalidHandleError, both for a session that does not exist and for somebody else's. */
  find(caller: Caller, id: string): ThriftSession {
    if (this.#lost.has(id)) {
      const handle = `SessionHandle [${id}]`;
      throw new RefusedError(
        `requirement failed: Session handle: ${handle} has not been initialized or had already closed`,
        "HY000",
      );
    }
    const session = this.#sessions.get(id);
    if (session === undefined || !sameCaller(session.caller, caller)) {
      throw new InvalidHandleError("SessionHandle", id);
    }
    session.expiry.refresh();
    return session;
  }

  async end(session: ThriftSession): Promise<void> {
    this.#sessions.delete(session.id);
    clearTimeout(session.expiry);
    await Promise.all([...session.operations.values()].map((operation) => this.endOperation(operation)));
    await session.engine.close();
  }

  run(
    session: ThriftSession,
    type: number,
    text: StatementText,
    {
      inColumns,
      canDownload = false,
      tags = [],
    }: { inColumns: boolean; canDownload?: boolean; tags?: readonly QueryTag[] },
  ): Operation {
    refuseAbove(OPERATIONS_MAX, this.#operations.size, "operations");
    const { log } = this.#parts;
    const { principal, warehouseId } = session.caller;
    const seen = log.add({
      id: randomUUID(),
      service: "thrift",
      principal,
      warehouseId,
      sessionId: session.id,
      statement: text.sql,
      tags,
    });
    const statement = new Statement(session.engine, text, seen, this.#parts);
    const dir = join(this.#filesDir, `operation-${seen.id}`);
    const files = canDownload ? new ResultFiles(statement, dir, this.#parts.limits.chunkBytes) : undefined;
    const operation = { statement, session, inColumns, files, type, secret: randomBytes(16) };
    session.operations.set(seen.id, operation);
    this.#operations.set(seen.id, operation);
    return operation;
  }

  findOperation(caller: Caller, id: string): Operation {
    const operation = this.#operations.get(id);
    if (operation === undefined || !sameCaller(operation.session.caller, caller)) {
      throw new InvalidHandleError("OperationHandle", id);
    }
    operation.session.expiry.refresh();
    return operation;
  }

  /** The files of a result, for whoever has a link to one. */
  chunksOf(id: string): ResultChunks | undefined {
    return this.#operations.get(id)?.files?.chunks;
  }

  async endOperation({ statement, session, files }: Operation): Promise<void> {
    this.#operations.delete(statement.seen.id);
    session.operations.delete(statement.seen.id);
    await statement.close();
    await files?.remove();
  }

  /** Forgets every session, as a warehouse that restarts does. */
  async lose(): Promise<void> {
    for (const id of this.#sessions.keys()) this.#lost.add(id);
    await this.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.end(session)));
  }

  /** A session with a running statement is not idle. */
  #expire(session: ThriftSession): void {
    const running = [...session.operations.values()].some(({ statement }) => statement.state === "running");
    if (running) session.expiry.refresh();
    else void this.end(session);
  }
}

function sameCaller(one: Caller, other: Caller): boolean {
  return one.principal === other.principal && one.warehouseId === other.warehouseId;
}

/** How Databricks rejects too many sessions is not known. 429 is its reply to too many of anything else. */
function refuseAbove(max: number, open: number, what: string): void {
  if (open < max) return;
  throw new ApiError(429, "REQUEST_LIMIT_EXCEEDED", `Too many open ${what}: the limit is ${max}.`, {
    headers: { "retry-after": "1" },
  });
}
