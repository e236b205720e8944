import type {
  ExecuteOptions,
  Session,
  SessionOptions,
  SqlEngine,
  StatementResult,
} from "@front-door/sql-engine";

/** What the SQL services use of the engine, so that a test can script one. */
export interface Engine extends Pick<SqlEngine, "tableDropped" | "catalogDropped" | "close"> {
  /** Throws SqlError if a configuration value is not supported. */
  openSession(options: SessionOptions): EngineSession;
}

export interface EngineSession extends Pick<Session, "catalog" | "schema" | "close"> {
  execute(sql: string, options: ExecuteOptions): Promise<EngineResult>;
}

export type EngineResult = Pick<
  StatementResult,
  "columns" | "schema" | "batches" | "affectedRows" | "close"
> & {
  kind?: StatementResult["kind"];
};
