/** The wire types of Thrift's binary protocol. */
export const WIRE = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const;

/** The bytes do not follow Thrift's binary protocol. */
export class ThriftFormatError extends Error {
  override readonly name = "ThriftFormatError";
}

/** Reads the primitives of the binary protocol. Throws ThriftFormatError at the end of the bytes. */
export class ThriftReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#bytes.readInt8(this.#take(1));
  }

  i16(): number {
    return this.#bytes.readInt16BE(this.#take(2));
  }

  i32(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  i64(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  binary(): Buffer {
    const length = this.size();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** A length or count. Throws ThriftFormatError if it exceeds what the remaining bytes can hold. */
  size(): number {
    const size = this.i32();
    if (size < 0 || size > this.#bytes.length - this.#at)
      throw new ThriftFormatError("A size is out of range.");
    return size;
  }

  #take(count: number): number {
    const start = this.#at;
    if (start + count > this.#bytes.length) throw new ThriftFormatError("The message ends too early.");
    this.#at += count;
    return start;
  }
}

/** Writes the primitives of the binary protocol. Large binaries are not copied until the end. */
export class ThriftWriter {
  readonly #parts: Uint8Array[] = [];
  #open = Buffer.allocUnsafe(1024);
  #used = 0;

  byte(value: number): void {
    const start = this.#reserve(1);
    this.#open.writeInt8(value, start);
  }

  i16(value: number): void {
    const start = this.#reserve(2);
    this.#open.writeInt16BE(value, start);
  }

  i32(value: number): void {
    const start = this.#reserve(4);
    this.#open.writeInt32BE(value, start);
  }

  i64(value: bigint): void {
    const start = this.#reserve(8);
    this.#open.writeBigInt64BE(value, start);
  }

  double(value: number): void {
    const start = this.#reserve(8);
    this.#open.writeDoubleBE(value, start);
  }

  binary(value: Uint8Array): void {
    this.i32(value.length);
    this.#flush();
    this.#parts.push(value);
  }

  take(): Buffer {
    this.#flush();
    return Buffer.concat(this.#parts);
  }

  /** May replace the open buffer, so call it before using that. */
  #reserve(count: number): number {
    if (this.#used + count > this.#open.length) {
      this.#flush();
      this.#open = Buffer.allocUnsafe(1024);
    }
    const start = this.#used;
    this.#used += count;
    return start;
  }

  #flush(): void {
    this.#parts.push(this.#open.subarray(0, this.#used));
    this.#open = this.#open.subarray(this.#used);
    this.#used = 0;
  }
}
