import { Sessions } from "../thrift-service/sessions.ts";
import type { Engine } from "./engine.ts";
import type { SqlLimits, SqlParts } from "./sql-parts.ts";
import type { StatementLog } from "./statement-log.ts";

/** What the two SQL services share: the engine, the limits and the record of statements. */
export class SqlServices {
  readonly limits: SqlLimits;
  readonly log: StatementLog;
  readonly sessions: Sessions;
  readonly #open: () => Promise<Engine>;
  #engine: Promise<Engine> | undefined;

  constructor(openEngine: () => Promise<Engine>, parts: SqlParts) {
    this.#open = openEngine;
    this.limits = parts.limits;
    this.log = parts.log;
    this.sessions = new Sessions(parts, () => this.engine());
  }

  /** Opened when first needed: DuckDB takes longer to load than all the rest, and many a run never asks for SQL. */
  engine(): Promise<Engine> {
    this.#engine ??= this.#open();
    return this.#engine;
  }

  /** Interrupts what runs. Requests that wait for it are answered then. */
  async interrupt(): Promise<void> {
    await this.sessions.close();
  }

  async close(): Promise<void> {
    await this.interrupt();
    await (await this.#engine)?.close();
  }
}
