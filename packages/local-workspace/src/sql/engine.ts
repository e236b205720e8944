import type { RecordBatch, Schema } from "apache-arrow";

/** What the two SQL services need of an engine. `sql-engine` is one; tests script another. */
export interface Engine {
  /** Throws SqlError for a configuration that cannot be. */
  openSession(options: EngineSessionOptions): EngineSession;
  /** A table was dropped by other means than SQL: its rows go too. */
  tableDropped(catalogId: string, tableId: string): Promise<void>;
  catalogDropped(catalogId: string): Promise<void>;
  close(): Promise<void>;
}

export interface EngineSessionOptions {
  /** userName or application id. */
  principal: string;
  catalog?: string | undefined;
  schema?: string | undefined;
  configuration?: Record<string, string> | undefined;
}

export interface EngineSession {
  readonly catalog: string;
  readonly schema: string;
  /** Throws SqlError. Resolves when the result can be read, which for a command or a change is when it is done. */
  execute(sql: string, options: EngineExecuteOptions): Promise<EngineResult>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

/** A value as its SQL literal's text, with its SQL type; null is NULL. */
interface EngineParameter {
  type: string;
  value: string | null;
}

export type EngineParameters = Record<string, EngineParameter> | readonly EngineParameter[];

export interface EngineExecuteOptions {
  parameters?: EngineParameters | undefined;
  signal?: AbortSignal | undefined;
  batchRows?: number | undefined;
}

export interface EngineColumn {
  name: string;
  /** Unity Catalog's and the Statement Execution API's name: LONG, DECIMAL. */
  typeName: string;
  /** `decimal(10,2)` */
  typeText: string;
  position: number;
  nullable: boolean;
}

export interface EngineResult {
  columns: EngineColumn[];
  schema: Schema;
  /** Pulled, and can throw SqlError at any batch. */
  batches: AsyncIterable<RecordBatch>;
  close(): Promise<void>;
}
