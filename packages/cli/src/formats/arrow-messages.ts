import type { QueryRequest } from "@front-door/api-client";

export const endOfStream = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

const prefixBytes = 8;

/**
 * The messages of an Arrow IPC stream: the schema, then one for each batch, as bytes that include their prefix.
 * Throws a FrontDoorError unless the stream ends with its marker: a connection that breaks between two messages would otherwise
 * look like the end.
 */
export async function* arrowMessages(query: QueryRequest): AsyncGenerator<Buffer, void, void> {
  const { chunks, cut } = await query.chunks("application/vnd.apache.arrow.stream");
  const source = new ByteReader(chunks);
  try {
    for (;;) {
      const prefix = await source.peek(prefixBytes);
      if (prefix === undefined) throw cut();
      if (prefix.equals(endOfStream)) break;
      if (prefix.readInt32LE(0) !== -1) throw new Error("The reply is not an Arrow stream.");
      const headBytes = prefixBytes + prefix.readInt32LE(4);
      const head = await source.peek(headBytes);
      const message = head && (await source.take(headBytes + bodyLength(head)));
      if (message === undefined) throw cut();
      yield message;
    }
    // Only the end of the reply itself shows that it was not cut.
    await source.take(prefixBytes);
    if ((await source.peek(1)) !== undefined) throw new Error("The Arrow stream goes on after its end.");
  } finally {
    await chunks.return();
  }
}

/** `bodyLength` of the flatbuffer `Message`: its fourth field, a 64-bit integer. */
function bodyLength(head: Buffer): number {
  const table = prefixBytes + head.readUInt32LE(prefixBytes);
  const fields = table - head.readInt32LE(table);
  const entry = 4 + 2 * 3;
  const offset = entry < head.readUInt16LE(fields) ? head.readUInt16LE(fields + entry) : 0;
  return offset === 0 ? 0 : Number(head.readBigInt64LE(table + offset));
}

/** Reads a stream in pieces of known sizes. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array[] = [];
  #length = 0;

  constructor(chunks: AsyncGenerator<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** The next bytes, which stay where they are. Undefined if the stream ends before. */
  async peek(count: number): Promise<Buffer | undefined> {
    while (this.#length < count) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#rest.push(value);
      this.#length += value.length;
    }
    const [first] = this.#rest;
    const all = this.#rest.length === 1 && first !== undefined ? first : Buffer.concat(this.#rest);
    this.#rest = [all];
    return Buffer.from(all.buffer, all.byteOffset, count);
  }

  async take(count: number): Promise<Buffer | undefined> {
    const bytes = await this.peek(count);
    if (bytes === undefined) return undefined;
    this.#rest = this.#rest.map((all) => all.subarray(count));
    this.#length -= count;
    return bytes;
  }
}
