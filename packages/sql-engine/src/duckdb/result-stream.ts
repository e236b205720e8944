import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";
import type { RecordBatch, Schema } from "apache-arrow";
import { BatchBuilder } from "../arrow/batch-builder.ts";
import { SqlError } from "../sql-error.ts";
import { columnName, type TranslatedQuery } from "../translate/scope.ts";
import { duckType } from "../types/duck-type.ts";
import { fromDuckError } from "./duck-error.ts";

/** Values bound to the statement's `$p1`, `$p2`, … */
export type Bindings = readonly (string | Uint8Array | null)[];

/** A DuckDB statement that must be alone and, unless it is told otherwise, a query. */
export async function runOne(
  connection: DuckDBConnection,
  sql: string,
  bindings: Bindings = [],
): Promise<DuckDBResult> {
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1)
      throw new SqlError("INTERNAL_ERROR", "The translated text holds more than one statement.");
    const prepared = await statements.prepare(0);
    bind(prepared, bindings);
    return await prepared.run();
  } catch (error) {
    throw fromDuckError(error);
  }
}

interface Bindable {
  parameterCount: number;
  parameterName(index: number): string;
  bindVarchar(index: number, value: string): void;
  bindBlob(index: number, value: Uint8Array): void;
  bindNull(index: number): void;
}

/** By name, since a parameter whose type alone was asked for is not in the text any more. */
function bind(prepared: Bindable, bindings: Bindings): void {
  for (let index = 1; index <= prepared.parameterCount; index++) {
    const value = bindings[Number(prepared.parameterName(index).slice(1)) - 1] ?? null;
    if (value === null) prepared.bindNull(index);
    else if (typeof value === "string") prepared.bindVarchar(index, value);
    else prepared.bindBlob(index, value);
  }
}

/**
 * Streams a query as record batches. DuckDB's stream ends like a complete one when an error comes up midway, so a last
 * row of our own is appended: only a stream that ends with it was complete. Without it the query is run once more,
 * keeping nothing, to learn the error.
 */
export async function* streamBatches(
  connection: DuckDBConnection,
  query: TranslatedQuery,
  bindings: Bindings,
  schema: Schema,
  batchRows: number,
): AsyncGenerator<RecordBatch> {
  const builder = new BatchBuilder(schema, query.columns);
  const result = await start(connection, query, bindings);
  checkTypes(result, query);
  let complete = false;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    // The last column is false but for the one row that says that all came.
    complete = chunk.getColumnVector(query.columns.length).getItem(chunk.rowCount - 1) === true;
    builder.append(chunk.chunk, complete ? chunk.rowCount - 1 : chunk.rowCount);
    if (builder.rows >= batchRows) yield builder.take();
    if (complete) break;
  }
  if (!complete) throw await reasonOfEnd(connection, query, bindings);
  if (builder.rows > 0) yield builder.take();
}

async function start(
  connection: DuckDBConnection,
  query: TranslatedQuery,
  bindings: Bindings,
): Promise<DuckDBResult> {
  const columns = query.columns.map((_, i) => columnName(i));
  const nulls = query.columns.map(() => "NULL");
  const sql = `SELECT ${[...columns, "false"].join(", ")} FROM (${query.sql}) AS result UNION ALL SELECT ${[...nulls, "true"].join(", ")}`;
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1)
      throw new SqlError("INTERNAL_ERROR", "The translated text holds more than one statement.");
    const prepared = await statements.prepare(0);
    bind(prepared, bindings);
    return await prepared.stream();
  } catch (error) {
    throw fromDuckError(error);
  }
}

/** A column of another type than was announced would be read as other bytes: a mistake of ours that must be loud. */
function checkTypes(result: DuckDBResult, query: TranslatedQuery): void {
  query.columns.forEach((column, i) => {
    if (column.type.kind === "void") return;
    const isText = column.type.kind === "interval_ym" || column.type.kind === "interval_dt";
    const [expected, actual] = [
      normal(isText ? "VARCHAR" : duckType(column.type)),
      normal(String(result.columnType(i))),
    ];
    if (expected !== actual) {
      throw new SqlError(
        "INTERNAL_ERROR",
        `Column ${column.name} was announced as ${expected} and is ${actual}.`,
      );
    }
  });
}

const normal = (type: string): string =>
  type.toLowerCase().replaceAll(/["\s]/g, "").replaceAll("json", "varchar");

async function reasonOfEnd(
  connection: DuckDBConnection,
  query: TranslatedQuery,
  bindings: Bindings,
): Promise<SqlError> {
  const values = query.columns.map((_, i) => `hash(${columnName(i)})`).join(", ");
  try {
    await runOne(connection, `SELECT bit_xor(hash(${values})) FROM (${query.sql}) AS result`, bindings);
  } catch (error) {
    return fromDuckError(error);
  }
  return new SqlError("INTERNAL_ERROR", "The result ended before its last row.");
}
