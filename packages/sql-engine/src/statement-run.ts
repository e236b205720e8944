import type { DuckDBConnection } from "@duckdb/node-api";
import type { TableEntry } from "./catalog-source.ts";
import { type Bindings, runOne } from "./duckdb/result-stream.ts";
import type { SessionState } from "./session-state.ts";
import { SqlError } from "./sql-error.ts";
import type { StatementResult } from "./statement-result.ts";
import type { Name } from "./syntax/expression-ast.ts";
import type { TableStorage } from "./table-storage.ts";
import { constantText } from "./translate/constant.ts";
import { findTable, fullPath } from "./translate/named-table.ts";
import { type Row, type RowsColumn, rowsQuery } from "./translate/rows-query.ts";
import type { TranslatedQuery } from "./translate/scope.ts";
import type { Translation } from "./translate/translation.ts";
import { BIGINT, STRING } from "./types/data-type.ts";

/** The outcome of a statement: a query that remains to be streamed. */
export interface Outcome {
  kind: StatementResult["kind"];
  query: TranslatedQuery;
  affectedRows?: number;
}

/** Everything that running one statement needs. */
export class StatementRun {
  readonly state: SessionState;
  readonly storage: TableStorage;
  readonly translation: Translation;
  readonly connection: DuckDBConnection;
  /** The tables whose data the translated text refers to. */
  readonly #mentioned: Map<string, { catalogId: string; entry: TableEntry }>;
  /** The tables and views that the statement's text names as what it reads. */
  readonly #read: ReadonlyMap<string, readonly string[]>;

  constructor(
    parts: Pick<StatementRun, "state" | "storage" | "translation" | "connection"> & {
      mentioned: Map<string, { catalogId: string; entry: TableEntry }>;
      read: ReadonlyMap<string, readonly string[]>;
    },
  ) {
    this.state = parts.state;
    this.storage = parts.storage;
    this.translation = parts.translation;
    this.connection = parts.connection;
    this.#mentioned = parts.mentioned;
    this.#read = parts.read;
  }

  get source() {
    return this.state.source;
  }

  get principal(): string {
    return this.state.principal;
  }

  get bindings(): Bindings {
    return this.translation.boundParameters.map(({ value }) => value);
  }

  /** Runs translated text after creating the storage of its tables. Returns the number of changed rows. */
  async change(sql: string): Promise<number> {
    await this.prepareTables();
    const result = await runOne(this.connection, sql, this.bindings);
    return result.rowsChanged;
  }

  async rows(sql: string): Promise<unknown[][]> {
    await this.prepareTables();
    const result = await runOne(this.connection, sql, this.bindings);
    return result.getRowsJS();
  }

  async prepareTables(): Promise<void> {
    for (const { catalogId, entry } of this.#mentioned.values()) await this.storage.ensure(catalogId, entry);
  }

  /** To be called when what the statement has read is in the table at `target`, or a view of it. */
  async noteLineage(target: readonly string[]): Promise<void> {
    const sources = [...this.#read.values()].filter((path) => path.join("\0") !== target.join("\0"));
    if (sources.length > 0) await this.source.noteLineage?.(this.principal, target, sources);
  }

  /** Completes a name to three parts. */
  path(name: Name): string[] {
    return fullPath(this.parts(name), this.translation, name.at);
  }

  parts(name: Name): string[] {
    return this.translation.nameParts(name, (one) => constantText(one, this.translation));
  }

  /** Finds a table that rows can be written to. */
  target(name: Name): { path: string[]; entry: TableEntry; data: string } {
    const path = this.path(name);
    const entry = findTable(path, this.translation, name.at);
    if (entry.tableType === "VIEW") {
      throw new SqlError(
        "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
        `The operation expects a table but \`${path.join("`.`")}\` is a view.`,
        this.translation.position(name.at),
      );
    }
    this.source.require(this.principal, "MODIFY", "TABLE", path);
    return { path, entry, data: this.translation.context.dataOf(path, entry) };
  }

  catalogId(catalog: string): string {
    const entry = this.source.catalog(this.principal, catalog);
    if (entry === undefined) throw catalogNotFound(catalog);
    return entry.id;
  }
}

export const catalogNotFound = (name: string): SqlError =>
  new SqlError(
    "CATALOG_NOT_FOUND",
    `The catalog \`${name}\` not found. Verify the spelling and correctness of the catalog name.`,
  );
export const schemaNotFound = (path: readonly string[]): SqlError =>
  new SqlError(
    "SCHEMA_NOT_FOUND",
    `The schema \`${path.join("`.`")}\` cannot be found. Verify the spelling and correctness of the schema and catalog. To tolerate the error on drop use DROP SCHEMA IF EXISTS.`,
  );
export const volumeNotFound = (path: readonly string[]): SqlError =>
  new SqlError("VOLUME_NOT_FOUND", `The volume \`${path.join("`.`")}\` cannot be found.`);

/** Databricks returns one empty column for a command. */
export const done = (): Outcome => ({
  kind: "command",
  query: rowsQuery([{ name: "Result", type: STRING }], []),
});

export const listing = (columns: RowsColumn[], rows: Row[]): Outcome => ({
  kind: "command",
  query: rowsQuery(columns, rows),
});

/** `num_affected_rows` and the other counts that a change reports. */
export function changed(counts: Record<string, number>): Outcome {
  const names = Object.keys(counts);
  return {
    kind: "change",
    query: rowsQuery(
      names.map((name) => ({ name, type: BIGINT })),
      [names.map((name) => String(counts[name]))],
    ),
    affectedRows: counts.num_affected_rows ?? 0,
  };
}
