import { invalidResponse } from "../../databricks/invalid-response.ts";
import { type Data, makeData, Utf8 } from "./arrow.ts";
import { batchMessage } from "./batch-message.ts";
import { int64Words, wordsToBigInt } from "./int64-words.ts";
import { decodeBatch, type RowBatch } from "./row-batch.ts";

/** How a column of intervals is encoded: in months, or in a number of units for each second. */
type Encoding = "months" | bigint;

/** Of Arrow's `Type`. */
const typeIds = { utf8: 5, timestamp: 10, interval: 11, duration: 18 } as const;
const unitsPerSecond = [1n, 1_000n, 1_000_000n, 1_000_000_000n];
const millisecond = 1;
const nanosPerSecond = 1_000_000_000n;

/**
 * The intervals of a result as the text that queries give: `1-2` and `1 02:03:04.000000000`. Statement Execution sends them as
 * Arrow's Interval and Duration, which Arrow 13 cannot read (docs/databricks.md, Statement Execution), and the SQL drivers'
 * protocol sends text. Intervals inside of nested values are the same in both, and stay as they are.
 */
export class IntervalColumns {
  /** The schema's message with columns of text. */
  readonly schemaBytes: Uint8Array;
  /** The schema's message with types that Arrow 13 reads, and the same layout. */
  readonly #readable: Uint8Array;
  readonly #encodings: ReadonlyMap<number, Encoding>;

  private constructor(given: Uint8Array, fields: ReadonlyMap<number, IntervalField>) {
    this.schemaBytes = Uint8Array.from(given);
    this.#readable = Uint8Array.from(given);
    for (const { typeAt, encoding } of fields.values()) {
      this.schemaBytes[typeAt] = typeIds.utf8;
      // Both have 64 bits and a unit.
      if (encoding !== "months") this.#readable[typeAt] = typeIds.timestamp;
    }
    this.#encodings = new Map(Array.from(fields, ([column, { encoding }]) => [column, encoding]));
  }

  /** Undefined if the schema has no such columns. Throws UPSTREAM_INVALID_RESPONSE. */
  static in(schemaBytes: Uint8Array): IntervalColumns | undefined {
    const fields = intervalFields(schemaBytes);
    return fields.size === 0 ? undefined : new IntervalColumns(schemaBytes, fields);
  }

  /** The batch with text in place of intervals. */
  asText({ bytes, rowCount }: Pick<RowBatch, "bytes" | "rowCount">): RowBatch {
    const messages = Array.from(decodeBatch({ schemaBytes: this.#readable, bytes, rowCount }), (part) => {
      const columns = part.data.children.map((column, index) => {
        const encoding = this.#encodings.get(index);
        return encoding === undefined ? column : textColumn(column, encoding);
      });
      return batchMessage(columns, part.numRows);
    });
    return { schemaBytes: this.schemaBytes, bytes: Buffer.concat(messages), rowCount };
  }
}

interface IntervalField {
  /** The position of the byte with the type's id. */
  readonly typeAt: number;
  readonly encoding: Encoding;
}

function intervalFields(schemaBytes: Uint8Array): Map<number, IntervalField> {
  try {
    const view = new DataView(schemaBytes.buffer, schemaBytes.byteOffset, schemaBytes.byteLength);
    const start = view.getInt32(0, true) === -1 ? 8 : 4;
    const schema = FlatTable.at(view, start).table(2);
    const fields = schema?.tables(1) ?? [];
    const found = fields.map((field, column) => [column, intervalField(view, field)] as const);
    return new Map(found.filter((entry): entry is [number, IntervalField] => entry[1] !== undefined));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw invalidResponse("a result with an unreadable schema", { surelyNotRun: true, cause });
  }
}

function intervalField(view: DataView, field: FlatTable): IntervalField | undefined {
  const typeAt = field.position(2);
  const typeId = typeAt === undefined ? 0 : view.getUint8(typeAt);
  if (typeAt === undefined || (typeId !== typeIds.interval && typeId !== typeIds.duration)) return undefined;
  const unitAt = field.table(3)?.position(0);
  const unit = unitAt === undefined ? undefined : view.getInt16(unitAt, true);
  if (typeId === typeIds.duration) {
    const encoding = unitsPerSecond[unit ?? millisecond];
    if (encoding !== undefined) return { typeAt, encoding };
  } else if ((unit ?? 0) === 0) {
    return { typeAt, encoding: "months" };
  }
  throw invalidResponse(`intervals of the unknown unit ${unit}`, { surelyNotRun: true });
}

/** A table of FlatBuffers, whose fields have numbers. Reading outside of the buffer throws a RangeError. */
class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** The table that the offset at this position leads to. */
  static at(view: DataView, position: number): FlatTable {
    return new FlatTable(view, position + view.getUint32(position, true));
  }

  /** The position of a field's value; undefined if it is absent. */
  position(field: number): number | undefined {
    const vtable = this.#at - this.#view.getInt32(this.#at, true);
    const entry = 4 + 2 * field;
    const offset =
      entry < this.#view.getUint16(vtable, true) ? this.#view.getUint16(vtable + entry, true) : 0;
    return offset === 0 ? undefined : this.#at + offset;
  }

  table(field: number): FlatTable | undefined {
    const position = this.position(field);
    return position === undefined ? undefined : FlatTable.at(this.#view, position);
  }

  tables(field: number): FlatTable[] {
    const position = this.position(field);
    if (position === undefined) return [];
    const vector = position + this.#view.getUint32(position, true);
    const length = this.#view.getUint32(vector, true);
    // Each takes four bytes, so a longer vector is not whole.
    if (length * 4 > this.#view.byteLength - vector) throw new RangeError("a vector is cut off");
    return Array.from({ length }, (_, index) => FlatTable.at(this.#view, vector + 4 + 4 * index));
  }
}

function textColumn(column: Data, encoding: Encoding): Data {
  const { length, nullCount, nullBitmap } = column;
  const write = encoding === "months" ? monthsText(column) : secondsText(column, encoding);
  const texts = Array.from({ length }, (_, row) => (column.getValid(row) ? Buffer.from(write(row)) : empty));
  const valueOffsets = new Int32Array(length + 1);
  texts.forEach((text, row) => {
    valueOffsets[row + 1] = (valueOffsets[row] as number) + text.length;
  });
  const data = new Uint8Array(Buffer.concat(texts));
  return makeData({ type: new Utf8(), length, nullCount, nullBitmap, valueOffsets, data });
}

const empty = Buffer.alloc(0);

function monthsText({ values }: Data): (row: number) => string {
  const months = values as Int32Array;
  return (row) => {
    const all = months[row] as number;
    const count = Math.abs(all);
    return `${all < 0 ? "-" : ""}${Math.floor(count / 12)}-${count % 12}`;
  };
}

function secondsText({ values }: Data, unitsInSecond: bigint): (row: number) => string {
  const words = int64Words(values as ArrayBufferView);
  return (row) => {
    const all = wordsToBigInt(words, row);
    const count = all < 0n ? -all : all;
    const seconds = count / unitsInSecond;
    const nanos = (count % unitsInSecond) * (nanosPerSecond / unitsInSecond);
    const time = [(seconds / 3_600n) % 24n, (seconds / 60n) % 60n, seconds % 60n];
    const clock = time.map((part) => String(part).padStart(2, "0")).join(":");
    return `${all < 0n ? "-" : ""}${seconds / 86_400n} ${clock}.${String(nanos).padStart(9, "0")}`;
  };
}
