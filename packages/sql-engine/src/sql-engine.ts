import type { CatalogSource } from "./catalog-source.ts";
import { Sandbox, type SandboxOptions } from "./duckdb/sandbox.ts";
import { Session, type SessionOptions } from "./session.ts";
import { TableStorage } from "./table-storage.ts";

export interface SqlEngineOptions extends SandboxOptions {
  source: CatalogSource;
}

/**
 * Databricks SQL on DuckDB. Each running statement holds a thread of libuv's pool while DuckDB works. The process must
 * therefore start with UV_THREADPOOL_SIZE above the number of statements that may run at once.
 */
export class SqlEngine {
  readonly #sandbox: Sandbox;
  readonly #storage: TableStorage;
  readonly #source: CatalogSource;
  readonly #sessions = new Set<Session>();

  private constructor(sandbox: Sandbox, source: CatalogSource) {
    this.#sandbox = sandbox;
    this.#storage = new TableStorage(sandbox);
    this.#source = source;
  }

  static async open({ source, ...options }: SqlEngineOptions): Promise<SqlEngine> {
    return new SqlEngine(await Sandbox.open(options), source);
  }

  openSession(options: SessionOptions): Session {
    const session = new Session(options, {
      sandbox: this.#sandbox,
      storage: this.#storage,
      source: this.#source,
      onClose: (closed) => this.#sessions.delete(closed),
    });
    this.#sessions.add(session);
    return session;
  }

  /** Deletes the rows of a table that was dropped by other means than SQL. */
  tableDropped(catalogId: string, tableId: string): Promise<void> {
    return this.#storage.drop(catalogId, tableId);
  }

  /** Deletes the data of a catalog that was dropped by other means than SQL. */
  catalogDropped(catalogId: string): Promise<void> {
    return this.#storage.dropCatalog(catalogId);
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) await session.close();
    this.#sandbox.close();
  }
}
