import duckdb from "@duckdb/node-bindings";
import { Field, makeData, RecordBatch, Schema, Struct } from "apache-arrow";
import type { OutputColumn } from "../translate/scope.ts";
import { type ColumnBuilder, columnBuilder } from "./column-builder.ts";
import { openVector } from "./vector-reader.ts";

/** Turns DuckDB's chunks of up to 2,048 rows into record batches, column by column and without row objects. */
export class BatchBuilder {
  readonly #schema: Schema;
  readonly #columns: { type: OutputColumn["type"]; builder: ColumnBuilder }[];
  #rows = 0;

  constructor(schema: Schema, columns: OutputColumn[]) {
    // A RecordBatch gives columns with the same name the type of the last one. A batch's message contains no names, so
    // here they are positions. The real names are in the schema's own message.
    this.#schema = new Schema(
      schema.fields.map(({ type, nullable, metadata }, i) => new Field(String(i), type, nullable, metadata)),
    );
    this.#columns = columns.map(({ type }) => ({ type, builder: columnBuilder(type) }));
  }

  get rows(): number {
    return this.#rows;
  }

  /** Adds the first `count` rows of a chunk. Extra columns are ignored. */
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
