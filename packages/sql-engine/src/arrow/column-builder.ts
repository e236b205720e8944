import duckdb from "@duckdb/node-bindings";
import { type DataType as ArrowType, type Data, type Map_, makeData, type Struct } from "apache-arrow";
import type { DataType } from "../types/data-type.ts";
import { arrowType } from "./arrow-type.ts";
import { Bitmap } from "./bitmap.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import { physicalWidth, type VectorReader } from "./vector-reader.ts";

/** Collects a column's values from DuckDB's vectors and hands them out as Arrow data, batch by batch. */
export interface ColumnBuilder {
  append(source: VectorReader, start: number, count: number): void;
  take(): Data;
}

export function columnBuilder(type: DataType): ColumnBuilder {
  switch (type.kind) {
    case "void":
      return new NullBuilder();
    case "boolean":
      return new BooleanBuilder();
    case "decimal":
      return physicalWidth(type) === 16 ? new FixedBuilder(type, 16) : new NarrowDecimalBuilder(type);
    case "array":
    case "map":
      return new ListBuilder(type);
    case "struct":
      return new StructBuilder(type);
    default:
      return physicalWidth(type) === 16
        ? new BytesBuilder(type)
        : new FixedBuilder(type, physicalWidth(type));
  }
}

/** `makeData` is overloaded by type, which is known only at run time here. */
const make = (props: object): Data => makeData(props as Parameters<typeof makeData>[0]);

class NullBuilder implements ColumnBuilder {
  #length = 0;

  append(_source: VectorReader, _start: number, count: number): void {
    this.#length += count;
  }

  take(): Data {
    const length = this.#length;
    this.#length = 0;
    return make({ type: arrowType({ kind: "void" }), length, nullCount: length });
  }
}

/** For values with the same bytes in DuckDB and Arrow. */
class FixedBuilder implements ColumnBuilder {
  readonly #type: ArrowType;
  readonly #width: number;
  readonly #validity = new Bitmap();
  readonly #values = new ByteBuffer();

  constructor(type: DataType, width: number) {
    this.#type = arrowType(type);
    this.#width = width;
  }

  append(source: VectorReader, start: number, count: number): void {
    this.#values.append(source.data.subarray(start * this.#width, (start + count) * this.#width));
    this.#validity.append(source.validity, start, count);
  }

  take(): Data {
    const bytes = this.#values.take();
    const length = bytes.length / this.#width;
    const data = new this.#type.ArrayType(
      bytes.buffer,
      bytes.byteOffset,
      bytes.length / this.#type.ArrayType.BYTES_PER_ELEMENT,
    );
    return make({ type: this.#type, length, data, ...this.#validity.take() });
  }
}

class BooleanBuilder implements ColumnBuilder {
  readonly #validity = new Bitmap();
  readonly #bytes = new ByteBuffer();

  append(source: VectorReader, start: number, count: number): void {
    this.#bytes.append(source.data.subarray(start, start + count));
    this.#validity.append(source.validity, start, count);
  }

  take(): Data {
    const bytes = this.#bytes.take();
    const data = new Uint8Array((bytes.length + 7) >> 3);
    for (let i = 0; i < bytes.length; i++)
      if (bytes[i] === 1) data[i >> 3] = (data[i >> 3] ?? 0) | (1 << (i & 7));
    return make({
      type: arrowType({ kind: "boolean" }),
      length: bytes.length,
      data,
      ...this.#validity.take(),
    });
  }
}

/** DuckDB stores decimals of up to 18 digits in 2, 4 or 8 bytes, Arrow always in 16. */
class NarrowDecimalBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #width: number;
  readonly #validity = new Bitmap();
  readonly #values = new ByteBuffer();

  constructor(type: DataType) {
    this.#type = type;
    this.#width = physicalWidth(type);
  }

  append(source: VectorReader, start: number, count: number): void {
    const wide = new Int32Array(count * 4);
    const { data } = source;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let i = 0; i < count; i++) {
      const at = (start + i) * this.#width;
      const low = this.#width === 2 ? view.getInt16(at, true) : view.getInt32(at, true);
      const high = this.#width === 8 ? view.getInt32(at + 4, true) : low >> 31;
      const sign = high >> 31;
      wide[i * 4] = low;
      wide[i * 4 + 1] = high;
      wide[i * 4 + 2] = sign;
      wide[i * 4 + 3] = sign;
    }
    this.#values.append(new Uint8Array(wide.buffer));
    this.#validity.append(source.validity, start, count);
  }

  take(): Data {
    const bytes = this.#values.take();
    const data = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    return make({ type: arrowType(this.#type), length: bytes.length / 16, data, ...this.#validity.take() });
  }
}

/**
 * Reads strings behind pointers. Each read is a call into native code. Most strings of a vector are adjacent in memory,
 * and adjacent strings are read in one call.
 */
class PointerRun {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #into: ByteBuffer;
  /** The position of the run's first pointer, and the number of bytes from where it points. */
  #at = 0;
  #length = 0;
  #nextLow = 0;
  #nextHigh = 0;

  constructor(data: Uint8Array, view: DataView, into: ByteBuffer) {
    this.#data = data;
    this.#view = view;
    this.#into = into;
  }

  add(at: number, length: number): void {
    const low = this.#view.getUint32(at, true);
    const high = this.#view.getUint32(at + 4, true);
    if (low !== this.#nextLow || high !== this.#nextHigh || this.#length === 0) {
      this.flush();
      this.#at = at;
    }
    this.#length += length;
    const end = low + length;
    this.#nextLow = end >>> 0;
    this.#nextHigh = end > 0xffffffff ? high + 1 : high;
  }

  flush(): void {
    if (this.#length === 0) return;
    const { buffer, byteOffset } = this.#data;
    this.#into.append(
      duckdb.get_data_from_pointer(buffer as ArrayBuffer, byteOffset + this.#at, this.#length),
    );
    this.#length = 0;
  }
}

/** Strings and binary. DuckDB stores up to 12 bytes inline, and more behind a pointer. */
class BytesBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #validity = new Bitmap();
  readonly #bytes = new ByteBuffer();
  #offsets: number[] = [0];

  constructor(type: DataType) {
    this.#type = type;
  }

  append(source: VectorReader, start: number, count: number): void {
    const { data, validity } = source;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const run = new PointerRun(data, view, this.#bytes);
    let total = this.#offsets.at(-1) ?? 0;
    for (let row = start; row < start + count; row++) {
      if (validity === undefined || ((validity[row >> 3] ?? 0) >> (row & 7)) & 1) {
        const at = row * 16;
        const length = view.getUint32(at, true);
        total += length;
        if (length > 12) run.add(at + 8, length);
        else {
          run.flush();
          this.#bytes.appendRange(data, at + 4, length);
        }
      }
      this.#offsets.push(total);
    }
    run.flush();
    this.#validity.append(validity, start, count);
  }

  take(): Data {
    const valueOffsets = Int32Array.from(this.#offsets);
    this.#offsets = [0];
    return make({
      type: arrowType(this.#type),
      length: valueOffsets.length - 1,
      valueOffsets,
      data: this.#bytes.take(),
      ...this.#validity.take(),
    });
  }
}

/** Arrays, and maps, which are arrays of key and value structs. */
class ListBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #children: ColumnBuilder[];
  readonly #validity = new Bitmap();
  #offsets: number[] = [0];

  constructor(type: Extract<DataType, { kind: "array" | "map" }>) {
    this.#type = type;
    this.#children =
      type.kind === "array"
        ? [columnBuilder(type.element)]
        : [columnBuilder(type.key), columnBuilder(type.value)];
  }

  append(source: VectorReader, start: number, count: number): void {
    const { data, validity } = source;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    let total = this.#offsets.at(-1) ?? 0;
    // Adjacent rows mostly have adjacent elements, which are copied at once.
    let [from, to] = [0, 0];
    const flush = () => {
      if (to > from)
        this.#children.forEach((child, i) =>
          child.append(source.children[i] as VectorReader, from, to - from),
        );
    };
    for (let row = start; row < start + count; row++) {
      if (validity === undefined || ((validity[row >> 3] ?? 0) >> (row & 7)) & 1) {
        // Eight bytes each. A vector never has more than 2^32 elements.
        const offset = view.getUint32(row * 16, true);
        const length = view.getUint32(row * 16 + 8, true);
        if (offset !== to) {
          flush();
          from = offset;
        }
        to = offset + length;
        total += length;
      }
      this.#offsets.push(total);
    }
    flush();
    this.#validity.append(validity, start, count);
  }

  take(): Data {
    const valueOffsets = Int32Array.from(this.#offsets);
    this.#offsets = [0];
    const type = arrowType(this.#type);
    const children = this.#children.map((child) => child.take());
    const common = { type, length: valueOffsets.length - 1, valueOffsets, ...this.#validity.take() };
    if (this.#type.kind === "array") return make({ ...common, child: children[0] });
    const entries = (type as Map_).children[0]?.type;
    return make({
      ...common,
      child: make({ type: entries, length: valueOffsets.at(-1) ?? 0, nullCount: 0, children }),
    });
  }
}

class StructBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #children: ColumnBuilder[];
  readonly #validity = new Bitmap();
  #length = 0;

  constructor(type: Extract<DataType, { kind: "struct" }>) {
    this.#type = type;
    this.#children = type.fields.map((field) => columnBuilder(field.type));
  }

  append(source: VectorReader, start: number, count: number): void {
    this.#children.forEach((child, i) => child.append(source.children[i] as VectorReader, start, count));
    this.#validity.append(source.validity, start, count);
    this.#length += count;
  }

  take(): Data {
    const length = this.#length;
    this.#length = 0;
    return make({
      type: arrowType(this.#type) as Struct,
      length,
      children: this.#children.map((child) => child.take()),
      ...this.#validity.take(),
    });
  }
}
