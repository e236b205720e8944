import type { RecordBatch } from "apache-arrow";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { ArrowRows } from "../arrow-rows.ts";
import { distinctNames } from "../distinct-names.ts";
import type { ShownRows } from "../shown-rows.ts";
import { parquetSchema } from "./parquet-schema.ts";
import { parquetValues } from "./parquet-values.ts";

/** So many cells are encoded before the page gets its turn. */
const cellsAtOnce = 50_000;

/** The rows that are shown as a Parquet file, with their own types, compressed with Snappy. */
export async function parquetFile({ rows, count, order }: ShownRows): Promise<Blob> {
  const names = distinctNames(rows.columns);
  const types = rows.batches[0]?.schema.fields.map(({ type }) => type) ?? [];
  const writer = new PiecewiseWriter();
  const parquet = new ParquetWriter({ writer, schema: parquetSchema(names, types), createdBy: "front-door" });
  const groupRows = Math.max(1_000, Math.ceil(cellsAtOnce / names.length));
  const read = reader(rows);
  for (let first = 0; first < count; first += groupRows) {
    const length = Math.min(groupRows, count - first);
    const columnData = names.map((name, column) => ({
      name,
      data: Array.from({ length }, (_, index) => read(order?.[first + index] ?? first + index, column)),
    }));
    await pageTurn();
    await parquet.write({ columnData, rowGroupSize: groupRows });
    await pageTurn();
  }
  await parquet.finish();
  return writer.blob();
}

async function pageTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

/** The values as the writer takes them. Each column of a batch is prepared once. */
function reader(rows: ArrowRows): (row: number, column: number) => unknown {
  const readers = new Map<RecordBatch, ReturnType<typeof parquetValues>[]>();
  return (row, column) => {
    const { batch, at } = rows.locate(row);
    const ofBatch = readers.get(batch) ?? batch.data.children.map(parquetValues);
    readers.set(batch, ofBatch);
    return ofBatch[column]?.(at);
  };
}

/** Gives away what it has after each group of rows, so that no buffer holds the whole file. */
class PiecewiseWriter extends ByteWriter {
  readonly #pieces: Blob[] = [];

  flush(): void {
    this.#pieces.push(new Blob([this.getBytes().slice()]));
    this.index = 0;
  }

  blob(): Blob {
    this.flush();
    return new Blob(this.#pieces, { type: "application/vnd.apache.parquet" });
  }
}
