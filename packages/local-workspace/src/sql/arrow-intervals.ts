import type { ResultColumn } from "@front-door/sql-engine";
import {
  type Data,
  type DataType,
  DurationMicrosecond,
  Field,
  IntervalYearMonth,
  makeData,
  RecordBatch,
  Schema,
  Struct,
} from "apache-arrow";

/** A result whose intervals, which the engine writes as text, are Arrow's Interval and Duration. */
export class ArrowIntervals {
  readonly schema: Schema;
  readonly #schema: Schema;

  constructor(schema: Schema, columns: readonly ResultColumn[]) {
    const fields = schema.fields.map(({ name, type, nullable, metadata }, at) => {
      return new Field(name, intervalType(columns[at]) ?? type, nullable, metadata);
    });
    this.schema = new Schema(fields);
    // A RecordBatch gives columns with the same name the type of the last one; its message has no names.
    this.#schema = new Schema(fields.map(({ type, nullable }, at) => new Field(String(at), type, nullable)));
  }

  batch({ data, numRows: length }: RecordBatch): RecordBatch {
    const { fields } = this.#schema;
    const children = data.children.map((column, at) => intervals(column, fields[at]?.type));
    const type = new Struct(fields);
    return new RecordBatch(this.#schema, makeData({ type, length, nullCount: 0, children }));
  }
}

function intervalType(column: ResultColumn | undefined): DataType | undefined {
  if (column?.typeName !== "INTERVAL") return undefined;
  return /year|month/i.test(column.typeText) ? new IntervalYearMonth() : new DurationMicrosecond();
}

/** A column of intervals; any other column as it is. */
function intervals(column: Data, type: DataType | undefined): Data {
  const { length, nullCount } = column;
  if (!(type instanceof IntervalYearMonth) && !(type instanceof DurationMicrosecond)) return column;
  const rows = Array.from({ length }, (_, row) => (column.getValid(row) ? textAt(column, row) : undefined));
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  rows.forEach((text, row) => {
    nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (Number(text !== undefined) << (row & 7));
  });
  const common = { length, nullCount, nullBitmap };
  return type instanceof IntervalYearMonth
    ? makeData({ type, ...common, data: Int32Array.from(rows, (text) => months(text ?? "0-0")) })
    : makeData({ type, ...common, data: BigInt64Array.from(rows, (text) => micros(text ?? "0 0:0:0.0")) });
}

function textAt({ values, valueOffsets }: Data, row: number): string {
  const bytes = values as Uint8Array;
  return Buffer.from(bytes.subarray(valueOffsets[row], valueOffsets[row + 1])).toString();
}

/** Of `1-2`. */
function months(text: string): number {
  const [years = "", rest = ""] = text.replace(/^-/, "").split("-");
  return (text.startsWith("-") ? -1 : 1) * (Number(years) * 12 + Number(rest));
}

/** Of `1 02:03:04.000000000`. */
function micros(text: string): bigint {
  const [days = "", hours = "", minutes = "", seconds = "", nanos = ""] = text
    .replace(/^-/, "")
    .split(/[ :.]/);
  const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const all = whole * 1_000_000n + BigInt(nanos) / 1_000n;
  return text.startsWith("-") ? -all : all;
}
