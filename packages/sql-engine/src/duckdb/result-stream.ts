import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";
import type { RecordBatch, Schema } from "apache-arrow";
import { BatchBuilder } from "../arrow/batch-builder.ts";
import { SqlError } from "../sql-error.ts";
import { columnName, type TranslatedQuery } from "../translate/scope.ts";
import { type DataType, isInterval } from "../types/data-type.ts";
import { duckType } from "../types/duck-type.ts";
import { fromDuckError } from "./duck-error.ts";

/** The values of the statement's parameters `$p1`, `$p2`, … */
export type Bindings = readonly (string | Uint8Array | null)[];

/** Prepares a DuckDB statement. Throws unless it is a single statement and, by default, a query. */
export async function runOne(
  connection: DuckDBConnection,
  sql: string,
  bindings: Bindings = [],
): Promise<DuckDBResult> {
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1)
      throw new SqlError("INTERNAL_ERROR", "The translated text contains more than one statement.");
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

/** Binds by name: a parameter of which only the type was used is no longer in the text. */
function bind(prepared: Bindable, bindings: Bindings): void {
  for (let index = 1; index <= prepared.parameterCount; index++) {
    const value = bindings[Number(prepared.parameterName(index).slice(1)) - 1] ?? null;
    if (value === null) prepared.bindNull(index);
    else if (typeof value === "string") prepared.bindVarchar(index, value);
    else prepared.bindBlob(index, value);
  }
}

/**
 * Streams a query as record batches. If an error occurs midway, DuckDB's stream ends like a complete one. The query
 * therefore gets a final marker row, and only a stream with the marker was complete. Without it the query runs again,
 * without keeping rows, to find the error.
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
    // The last column is true only in the marker row.
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
  // With their types, because DuckDB takes a constant NULL for an INTEGER.
  const nulls = query.columns.map(({ type }) => `CAST(NULL AS ${streamedType(type)})`);
  const sql = `SELECT ${[...columns, "false"].join(", ")} FROM (${query.sql}) AS result UNION ALL SELECT ${[...nulls, "true"].join(", ")}`;
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1)
      throw new SqlError("INTERNAL_ERROR", "The translated text contains more than one statement.");
    const prepared = await statements.prepare(0);
    bind(prepared, bindings);
    return await prepared.stream();
  } catch (error) {
    throw fromDuckError(error);
  }
}

/** Intervals are streamed as text. */
const streamedType = (type: DataType): string => (isInterval(type) ? "VARCHAR" : duckType(type));

/** Throws if a column's type is not the announced one: its bytes would be misread. That would be a bug of the engine. */
function checkTypes(result: DuckDBResult, query: TranslatedQuery): void {
  query.columns.forEach((column, i) => {
    if (column.type.kind === "void") return;
    const [expected, actual] = [normal(streamedType(column.type)), normal(String(result.columnType(i)))];
    if (expected !== actual) {
      throw new SqlError(
        "INTERNAL_ERROR",
        `The column ${column.name} was announced as ${expected}, but is ${actual}.`,
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
