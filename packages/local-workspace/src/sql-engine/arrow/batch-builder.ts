import duckdb from "@duckdb/node-bindings";
import { makeData, RecordBatch, type Schema, Struct } from "apache-arrow";
import type { OutputColumn } from "../translate/scope.ts";
import { type ColumnBuilder, columnBuilder } from "./column-builder.ts";
import { openVector } from "./vector-reader.ts";

/** Turns DuckDB's chunks of at most 2,048 rows into record batches, column by column, without a row object. */
export class BatchBuilder {
  readonly #schema: Schema;
  readonly #columns: { type: OutputColumn["type"]; builder: ColumnBuilder }[];
  #rows = 0;

  constructor(schema: Schema, columns: OutputColumn[]) {
    this.#schema = schema;
    this.#columns = columns.map(({ type }) => ({ type, builder: columnBuilder(type) }));
  }

  get rows(): number {
    return this.#rows;
  }

  /** The first `count` rows of a chunk; its later columns are ignored. */
  append(chunk: duckdb.DataChunk, count: number): void {
    if (count === 0) return;
    this.#columns.forEach(({ type, builder }, i) => {
      builder.append(openVector(duckdb.data_chunk_get_vector(chunk, i), type, count), 0, count);
    });
    this.#rows += count;
  }

  take(): RecordBatch {
    const children = this.#columns.map(({ builder }) => builder.take());
    const length = this.#rows;
    this.#rows = 0;
    return new RecordBatch(
      this.#schema,
      makeData({ type: new Struct(this.#schema.fields), length, nullCount: 0, children }),
    );
  }
}
