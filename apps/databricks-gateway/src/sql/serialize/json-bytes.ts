const hexDigits = Buffer.from("0123456789abcdef");
const digitPairs = Buffer.from(Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0")).join(""));
const zero = 0x30;
const minus = 0x2d;
const quote = 0x22;
const backslash = 0x5c;
const hundredMillion = 100_000_000;

/** What a byte of a JSON string is escaped as: 0, itself; 1, `\\u00xx`; else the letter after the backslash. */
const escapes = new Uint8Array(256);
escapes.fill(1, 0, 0x20);
for (const [byte, letter] of Object.entries({
  8: "b",
  9: "t",
  10: "n",
  12: "f",
  13: "r",
  34: '"',
  92: "\\",
})) {
  escapes[Number(byte)] = letter.charCodeAt(0);
}

const countFrom = 4_096;

function escapedLength(utf8: Uint8Array, start: number, end: number): number {
  let length = end - start;
  for (let index = start; index < end; index++) {
    const escape = escapes[utf8[index] as number] as number;
    if (escape !== 0) length += escape === 1 ? 5 : 1;
  }
  return length;
}

/**
 * JSON written as bytes into one growing buffer. No JavaScript string is made of what is bytes already: the text of a
 * result stays UTF-8 from Databricks to the caller, which is most of what makes this faster than `JSON.stringify`.
 */
export class JsonBytes {
  #bytes: Buffer;
  #length = 0;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written since the last call; the caller's to keep. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafe(this.#capacity);
    this.#length = 0;
    return taken;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Bytes that are JSON already. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    const target = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < length; index++) target[at++] = bytes[index] as number;
    this.#length = at;
  }

  /** ASCII that needs no escaping. */
  ascii(text: string): void {
    const { length } = text;
    this.#reserve(length);
    const target = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < length; index++) target[at++] = text.charCodeAt(index);
    this.#length = at;
  }

  /** The digits of a safe integer. */
  integer(value: number): void {
    this.#reserve(17);
    let rest = value;
    if (rest < 0) {
      this.#bytes[this.#length++] = minus;
      rest = -rest;
    }
    if (rest < hundredMillion) {
      this.#small(rest);
      return;
    }
    // Arithmetic on 32-bit integers is several times faster than on doubles.
    const high = Math.floor(rest / hundredMillion);
    this.integer(high);
    this.padded(rest - high * hundredMillion, 8);
  }

  /** The digits of 0 ≤ `value` < 10⁹ with zeros in front, `width` in all. */
  padded(value: number, width: number): void {
    this.#reserve(width);
    const target = this.#bytes;
    let rest = value | 0;
    for (let at = this.#length + width - 1; at >= this.#length; at--) {
      const next = (rest / 10) | 0;
      target[at] = zero + rest - next * 10;
      rest = next;
    }
    this.#length += width;
  }

  /** A JSON string out of UTF-8, which has to be valid: it is copied, only escaped where JSON needs it. */
  string(utf8: Uint8Array, start: number, end: number): void {
    this.byte(quote);
    this.text(utf8, start, end);
    this.byte(quote);
  }

  /** What stands between the quotes of a JSON string, or a part of it. */
  text(utf8: Uint8Array, start: number, end: number): void {
    // Every byte can become six; of a long text they are counted first.
    const length = end - start;
    this.#reserve(length > countFrom ? escapedLength(utf8, start, end) : length * 6);
    const target = this.#bytes;
    let at = this.#length;
    for (let index = start; index < end; index++) {
      const byte = utf8[index] as number;
      const escape = escapes[byte] as number;
      if (escape === 0) {
        target[at++] = byte;
      } else if (escape === 1) {
        target[at++] = backslash;
        target[at++] = 0x75;
        target[at++] = zero;
        target[at++] = zero;
        target[at++] = hexDigits[byte >> 4] as number;
        target[at++] = hexDigits[byte & 15] as number;
      } else {
        target[at++] = backslash;
        target[at++] = escape;
      }
    }
    this.#length = at;
  }

  /** A JSON string of base64. */
  base64(bytes: Buffer): void {
    this.#reserve(Math.ceil(bytes.length / 3) * 4 + 2);
    this.#bytes[this.#length++] = quote;
    this.#length += this.#bytes.write(bytes.toString("base64"), this.#length, "latin1");
    this.#bytes[this.#length++] = quote;
  }

  /** 0 ≤ `value` < 10⁸. */
  #small(value: number): void {
    const target = this.#bytes;
    let rest = value | 0;
    let width = 1;
    for (let bound = 10; rest >= bound; bound *= 10) width++;
    let at = this.#length + width;
    this.#length = at;
    while (rest >= 100) {
      const next = (rest / 100) | 0;
      const pair = (rest - next * 100) << 1;
      target[--at] = digitPairs[pair + 1] as number;
      target[--at] = digitPairs[pair] as number;
      rest = next;
    }
    if (rest >= 10) {
      target[--at] = digitPairs[rest * 2 + 1] as number;
      target[--at] = digitPairs[rest * 2] as number;
    } else {
      target[--at] = zero + rest;
    }
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
