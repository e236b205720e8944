/** A growing buffer that hands out its bytes without a copy. */
export class ByteBuffer {
  #bytes = new Uint8Array(0);
  #length = 0;
  /** The size of the previous batch. The next one will be about as large. */
  #expected = 1024;

  get length(): number {
    return this.#length;
  }

  append(source: Uint8Array): void {
    this.#reserve(source.length);
    this.#bytes.set(source, this.#length);
    this.#length += source.length;
  }

  /** For a few bytes: calling `set` would cost more. */
  appendRange(source: Uint8Array, from: number, count: number): void {
    this.#reserve(count);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = from; i < from + count; i++) bytes[at++] = source[i] ?? 0;
    this.#length = at;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#expected = Math.max(1024, this.#length);
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
    return taken;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#expected, needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
