import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { TableEntry } from "./catalog-source.ts";
import { quoteName } from "./duckdb/quote.ts";
import { runOne } from "./duckdb/result-stream.ts";
import type { Sandbox } from "./duckdb/sandbox.ts";
import { unsupported } from "./sql-error.ts";
import type { OutputColumn } from "./translate/scope.ts";
import { tableColumns } from "./translate/table-columns.ts";
import { duckType } from "./types/duck-type.ts";

/**
 * The rows of tables: a file for each catalog, with a DuckDB table for each table, both named by id. Names are kept only
 * in the metadata, so a rename cannot separate the two.
 */
export class TableStorage {
  readonly #sandbox: Sandbox;
  readonly #known = new Map<string, Promise<void>>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  newId(): string {
    return randomUUID();
  }

  /** The name of a table in DuckDB. */
  nameOf(catalogId: string, tableId: string): string {
    return `${quoteName(this.#sandbox.databaseOf(catalogId))}.main.${quoteName(`t_${tableId}`)}`;
  }

  /** Creates the storage of a table if it does not exist. A managed table that was created without SQL is empty. */
  ensure(catalogId: string, entry: TableEntry): Promise<void> {
    if (entry.tableType === "EXTERNAL")
      throw unsupported("EXTERNAL_TABLE", `the data of the external table ${entry.name}`);
    const key = `${catalogId} ${entry.id}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.create(catalogId, entry.id, tableColumns(entry));
      known.catch(() => this.#known.delete(key));
      this.#known.set(key, known);
    }
    return known;
  }

  async create(catalogId: string, tableId: string, columns: OutputColumn[]): Promise<void> {
    await this.#sandbox.attach(catalogId);
    const definitions = columns.map(
      (column) => `${quoteName(column.name)} ${duckType(column.type)}${column.nullable ? "" : " NOT NULL"}`,
    );
    await this.run(
      `CREATE TABLE IF NOT EXISTS ${this.nameOf(catalogId, tableId)} (${definitions.join(", ")})`,
    );
  }

  async drop(catalogId: string, tableId: string): Promise<void> {
    this.#known.delete(`${catalogId} ${tableId}`);
    await this.#sandbox.attach(catalogId);
    await this.run(`DROP TABLE IF EXISTS ${this.nameOf(catalogId, tableId)}`);
  }

  async dropCatalog(catalogId: string): Promise<void> {
    await this.#sandbox.detach(catalogId);
    for (const suffix of ["", ".wal"]) await rm(this.#sandbox.fileOf(catalogId) + suffix, { force: true });
  }

  /** Runs a statement of the engine itself. */
  async run(sql: string): Promise<void> {
    const connection = await this.#sandbox.connect();
    try {
      await runOne(connection, sql);
    } finally {
      connection.closeSync();
    }
  }
}
