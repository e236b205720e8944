/** A growing validity bitmap, least significant bit first as in DuckDB and Arrow. Not allocated before the first NULL. */
export class Bitmap {
  #bits: Uint8Array | undefined;
  #length = 0;
  #nulls = 0;

  /** `source` is undefined if all values are valid. */
  append(source: Uint8Array | undefined, start: number, count: number): void {
    const end = this.#length + count;
    if (source !== undefined || this.#bits !== undefined) {
      this.#reserve(end);
      if (source === undefined) this.#fill(this.#length, end);
      else this.#copy(source, start, count);
    }
    this.#length = end;
  }

  appendBit(valid: boolean): void {
    if (valid) return this.append(undefined, 0, 1);
    this.#reserve(this.#length + 1);
    this.#length++;
    this.#nulls++;
  }

  take(): { nullBitmap: Uint8Array | undefined; nullCount: number } {
    const taken = {
      nullBitmap: this.#nulls === 0 ? undefined : this.#bits?.slice(0, (this.#length + 7) >> 3),
      nullCount: this.#nulls,
    };
    this.#bits = undefined;
    this.#length = 0;
    this.#nulls = 0;
    return taken;
  }

  #reserve(length: number): void {
    const bytes = (length + 7) >> 3;
    if (this.#bits !== undefined && this.#bits.length >= bytes) return;
    const grown = new Uint8Array(Math.max(1024, bytes * 2));
    if (this.#bits !== undefined) grown.set(this.#bits);
    const first = this.#bits === undefined;
    this.#bits = grown;
    if (first) this.#fill(0, this.#length);
  }

  #fill(from: number, to: number): void {
    const bits = this.#bits;
    if (bits === undefined) return;
    let at = from;
    while (at < to && (at & 7) !== 0) set(bits, at++);
    while (at + 8 <= to) {
      bits[at >> 3] = 0xff;
      at += 8;
    }
    while (at < to) set(bits, at++);
  }

  #copy(source: Uint8Array, start: number, count: number): void {
    const bits = this.#bits;
    if (bits === undefined) return;
    const base = this.#length;
    for (let i = 0; i < count; i++) {
      const from = start + i;
      if (((source[from >> 3] ?? 0) >> (from & 7)) & 1) set(bits, base + i);
      else this.#nulls++;
    }
  }
}

function set(bits: Uint8Array, at: number): void {
  bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
}
