import { KeptStatements } from "../statement-execution/kept-statements.ts";
import { Sessions } from "../thrift-service/sessions.ts";
import type { Engine } from "./engine.ts";
import { ResultLinks } from "./result-links.ts";
import type { SqlLimits, SqlParts } from "./sql-parts.ts";
import type { StatementLog } from "./statement-log.ts";
import type { WarehouseStates } from "./warehouse-states.ts";

/** What the two SQL services share: the engine, the limits and the record of statements. */
export class SqlServices {
  readonly limits: SqlLimits;
  readonly log: StatementLog;
  readonly states: WarehouseStates;
  readonly sessions: Sessions;
  readonly statements: KeptStatements;
  readonly links: ResultLinks;
  readonly #open: () => Promise<Engine>;
  #engine: Promise<Engine> | undefined;

  /** `resultsDir` takes results that come by links, and those of the Statement Execution API. */
  constructor(openEngine: () => Promise<Engine>, resultsDir: string, parts: SqlParts) {
    this.#open = openEngine;
    this.limits = parts.limits;
    this.log = parts.log;
    this.states = parts.warehouses;
    this.sessions = new Sessions(parts, () => this.engine(), resultsDir);
    this.statements = new KeptStatements(parts, () => this.engine(), resultsDir);
    this.links = new ResultLinks(
      parts.limits.linkMs,
      (statementId) => this.statements.chunksOf(statementId) ?? this.sessions.chunksOf(statementId),
    );
  }

  /** Opens the engine on first use: DuckDB takes longer to load than everything else, and many runs need no SQL. */
  engine(): Promise<Engine> {
    const engine = (this.#engine ??= this.#open());
    // After a failure the next caller tries again.
    engine.catch(() => {
      if (this.#engine === engine) this.#engine = undefined;
    });
    return engine;
  }

  /** Interrupts running statements, which answers the requests that wait for them. */
  async interrupt(): Promise<void> {
    await Promise.all([this.sessions.close(), this.statements.close()]);
  }

  async close(): Promise<void> {
    await this.interrupt();
    const engine = await this.#engine?.catch(() => undefined);
    await engine?.close();
  }
}
