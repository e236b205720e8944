import type { DuckDBConnection } from "@duckdb/node-api";
import type { RecordBatch } from "apache-arrow";
import { arrowSchema } from "./arrow/arrow-type.ts";
import type { CatalogSource, TableEntry } from "./catalog-source.ts";
import { fromDuckError } from "./duckdb/duck-error.ts";
import { streamBatches } from "./duckdb/result-stream.ts";
import type { Sandbox } from "./duckdb/sandbox.ts";
import { Interruption } from "./interruption.ts";
import { type ParameterValue, toBoundParameter } from "./parameter-value.ts";
import { modeOf, withMode } from "./session-mode.ts";
import type { SessionState } from "./session-state.ts";
import { SqlError } from "./sql-error.ts";
import { resultColumns, type StatementResult } from "./statement-result.ts";
import { catalogNotFound, type Outcome, StatementRun } from "./statement-run.ts";
import { runStatement } from "./statements/run-statement.ts";
import { setConfiguration } from "./statements/set-statement.ts";
import { volumeFiles } from "./statements/volume-files.ts";
import { parseStatement } from "./syntax/statement-parser.ts";
import type { TableStorage } from "./table-storage.ts";
import { type TextForm, withTextForms } from "./translate/text-form.ts";
import { newTranslation } from "./translate/translate-query.ts";
import type { StatementContext } from "./translate/translation.ts";

/** Rows read before a result is returned, so that an error in a small result fails the statement. */
const ROWS_AHEAD = 16_384;
/** The same limit in bytes. */
const BYTES_AHEAD = 16 * 1024 * 1024;

export interface SessionOptions {
  principal: string;
  catalog?: string | undefined;
  schema?: string | undefined;
  configuration?: Record<string, string> | undefined;
}

/** By name, for `:name`; or in order, for `?`. */
export type StatementParameters = Record<string, ParameterValue> | readonly ParameterValue[];

export interface ExecuteOptions {
  parameters?: StatementParameters | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  /** The types whose values come as text. */
  textForms?: readonly TextForm[] | undefined;
  /** The minimum of rows in a record batch, except the last. The final chunk can add up to 2,047. */
  batchRows?: number | undefined;
}

interface Parts {
  sandbox: Sandbox;
  storage: TableStorage;
  source: CatalogSource;
  onClose(session: Session): void;
}

/** A statement until its result has been read. */
interface Running {
  readonly interruption: Interruption;
  /** What DuckDB does for it now. */
  busy: Promise<unknown>;
  end(): Promise<void>;
}

/** A session of one principal. USE, SET and temporary views last until it is closed. */
export class Session {
  readonly #parts: Parts;
  readonly #state: SessionState;
  readonly #running = new Set<Running>();
  #closed = false;

  constructor(options: SessionOptions, parts: Parts) {
    this.#parts = parts;
    const configuration = new Map<string, string>();
    for (const [key, value] of Object.entries(options.configuration ?? {}))
      setConfiguration(configuration, key, value, parts.sandbox.regions);
    requireCatalog(options, parts.source);
    this.#state = {
      principal: options.principal,
      source: parts.source,
      catalog: (options.catalog ?? "main").toLowerCase(),
      schema: (options.schema ?? "default").toLowerCase(),
      configuration,
      opened: new Map(configuration),
      temporaryViews: new Map(),
    };
  }

  get catalog(): string {
    return this.#state.catalog;
  }

  get schema(): string {
    return this.#state.schema;
  }

  /** Runs one statement. Throws only `SqlError`. Resolves once a command or a change is done, or a query has rows. */
  async execute(sql: string, options: ExecuteOptions = {}): Promise<StatementResult> {
    if (this.#closed) throw new SqlError("SESSION_CLOSED", "The session is closed.");
    const connection = await this.#parts.sandbox.connect();
    if (this.#closed) {
      connection.closeSync();
      throw new SqlError("OPERATION_CANCELED", "Operation has been canceled.");
    }
    const interruption = new Interruption(connection, options.signal, options.timeoutMs ?? this.#timeoutMs());
    const running: Running = {
      interruption,
      busy: Promise.resolve(),
      end: async () => this.#end(running, connection),
    };
    this.#running.add(running);
    try {
      const mode = modeOf(this.#state.configuration, this.#parts.sandbox.regions);
      const result = await withMode(mode, async () => {
        const { outcome, run } = await during(running, this.#run(sql, options, connection));
        interruption.check();
        return this.#result(outcome, run, options, running);
      });
      interruption.endTimeLimit();
      return result;
    } catch (error) {
      const failure = fromDuckError(interruption.explain(error));
      await running.end();
      throw failure;
    }
  }

  /** Interrupts the running statements, too. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { interruption } of this.#running) interruption.cancel();
    for (const running of this.#running) await running.end();
    this.#parts.onClose(this);
  }

  async #run(
    sql: string,
    options: ExecuteOptions,
    connection: DuckDBConnection,
  ): Promise<{ outcome: Outcome; run: StatementRun }> {
    const mentioned = new Map<string, { catalogId: string; entry: TableEntry }>();
    const read = new Map<string, readonly string[]>();
    const onRead = (path: readonly string[]) => void read.set(path.join("\0"), path);
    const translation = newTranslation({ ...this.#context(options.parameters, mentioned), onRead }, sql);
    const run = new StatementRun({
      state: this.#state,
      storage: this.#parts.storage,
      translation,
      connection,
      mentioned,
      read,
    });
    return { outcome: await runStatement(parseStatement(sql), run), run };
  }

  #context(
    parameters: ExecuteOptions["parameters"],
    mentioned: Map<string, { catalogId: string; entry: TableEntry }>,
  ): Omit<StatementContext, "onRead"> {
    const { source, storage } = this.#parts;
    const { principal, catalog, schema, temporaryViews } = this.#state;
    const isList = Array.isArray(parameters);
    const named = isList ? [] : Object.entries((parameters ?? {}) as Record<string, ParameterValue>);
    return {
      principal,
      catalog,
      schema,
      source,
      temporaryViews,
      regions: this.#parts.sandbox.regions,
      parameters: new Map(named.map(([name, value]) => [name, toBoundParameter(value)])),
      positionals: isList ? (parameters as readonly ParameterValue[]).map(toBoundParameter) : [],
      dataOf: (path, entry) => {
        const catalogId = source.catalog(principal, path[0] ?? "")?.id ?? "";
        mentioned.set(entry.id, { catalogId, entry });
        return storage.nameOf(catalogId, entry.id);
      },
      files: (path) => volumeFiles(path, source, principal),
    };
  }

  #timeoutMs(): number | undefined {
    const seconds = Number(this.#state.configuration.get("statement_timeout") ?? 0);
    return seconds > 0 ? seconds * 1000 : undefined;
  }

  async #result(
    outcome: Outcome,
    run: StatementRun,
    { textForms = [], batchRows = 8192 }: ExecuteOptions,
    running: Running,
  ): Promise<StatementResult> {
    const { query } = outcome;
    const sent = withTextForms(query, textForms);
    const schema = arrowSchema(query.columns, sent.columns);
    const source = streamBatches(run.connection, sent, run.bindings, schema, batchRows);
    const ahead: RecordBatch[] = [];
    let [rows, bytes, complete] = [0, 0, false];
    while (rows < ROWS_AHEAD && bytes < BYTES_AHEAD && !complete) {
      const next = await during(running, source.next());
      running.interruption.check();
      if (next.done === true) complete = true;
      else {
        ahead.push(next.value);
        rows += next.value.numRows;
        bytes += next.value.data.byteLength;
      }
    }
    if (complete) await running.end();
    return {
      kind: outcome.kind,
      columns: resultColumns(query.columns),
      schema,
      batches: rest(ahead, complete ? undefined : source, running),
      rowCount: complete ? rows : undefined,
      affectedRows: outcome.affectedRows,
      close: () => running.end(),
    };
  }

  /** DuckDB crashes if a connection is closed while it works, so that is interrupted until it stops. */
  async #end(running: Running, connection: DuckDBConnection): Promise<void> {
    if (!this.#running.delete(running)) return;
    running.interruption.cancel();
    await running.busy.catch(() => undefined);
    running.interruption.release();
    connection.closeSync();
  }
}

/** Throws if the catalog does not exist. The schema need not exist yet: dbt creates the one that it connects with. */
function requireCatalog({ principal, catalog }: SessionOptions, source: CatalogSource): void {
  if (catalog === undefined || catalog.toLowerCase() === "system") return;
  if (source.catalog(principal, catalog.toLowerCase()) === undefined) throw catalogNotFound(catalog);
}

/** The outcome of `work` of DuckDB, which the end of the statement waits for. */
async function during<T>(running: Running, work: Promise<T>): Promise<T> {
  running.busy = work;
  return work;
}

async function* rest(
  ahead: RecordBatch[],
  source: AsyncGenerator<RecordBatch> | undefined,
  running: Running,
): AsyncGenerator<RecordBatch> {
  try {
    yield* ahead.splice(0);
    if (source === undefined) return;
    for (;;) {
      running.interruption.check();
      const next = await during(running, source.next());
      running.interruption.check();
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw fromDuckError(running.interruption.explain(error));
  } finally {
    await running.end();
  }
}
