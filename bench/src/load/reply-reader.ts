/** Reads one HTTP/1.1 reply after another from a connection; the bodies are counted and thrown away. */
export class ReplyReader {
  #head: Buffer = Buffer.alloc(0);
  #phase: "head" | "length" | "chunk-size" | "chunk" | "trailer" = "head";
  #left = 0;
  #line = "";
  status = 0;
  bodyBytes = 0;
  retryAfterMs = 0;
  /** The beginning of a body that is not a success. */
  excerpt = "";
  readonly #onFirstByte: () => void;
  readonly #onEnd: () => void;

  constructor(onFirstByte: () => void, onEnd: () => void) {
    this.#onFirstByte = onFirstByte;
    this.#onEnd = onEnd;
  }

  get idle(): boolean {
    return this.#phase === "head" && this.#head.length === 0;
  }

  /** Throws for what is not HTTP as servers of this benchmark write it. */
  take(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) at = this.#step(piece, at);
  }

  #step(piece: Buffer, at: number): number {
    switch (this.#phase) {
      case "head":
        return this.#takeHead(piece, at);
      case "length":
      case "chunk": {
        const end = Math.min(at + this.#left, piece.length);
        this.#left -= end - at;
        if (this.status >= 400 && this.excerpt.length < 300)
          this.excerpt += piece.toString("latin1", at, end);
        // A chunk is never empty: that would be the last, which has no phase of its own.
        if (this.bodyBytes === 0) this.#onFirstByte();
        this.bodyBytes += end - at;
        if (this.#left === 0) {
          if (this.#phase === "length") {
            this.#finish();
          } else {
            // Two of them were the line's end behind the chunk.
            this.bodyBytes -= 2;
            this.#phase = "chunk-size";
          }
        }
        return end;
      }
      default:
        return this.#takeLine(piece, at);
    }
  }

  #takeLine(piece: Buffer, at: number): number {
    const end = piece.indexOf(0x0a, at);
    if (end < 0) {
      this.#line += piece.toString("latin1", at);
      return piece.length;
    }
    const line = (this.#line + piece.toString("latin1", at, end)).trimEnd();
    this.#line = "";
    if (this.#phase === "trailer") {
      if (line === "") this.#finish();
      return end + 1;
    }
    const size = Number.parseInt(line, 16);
    if (Number.isNaN(size)) throw new Error(`not a chunk's size: ${line.slice(0, 40)}`);
    this.#phase = size === 0 ? "trailer" : "chunk";
    this.#left = size + 2;
    return end + 1;
  }

  #takeHead(piece: Buffer, at: number): number {
    const before = this.#head.length;
    const all = before === 0 ? piece.subarray(at) : Buffer.concat([this.#head, piece.subarray(at)]);
    const end = all.indexOf("\r\n\r\n");
    if (end < 0) {
      this.#head = all;
      return piece.length;
    }
    this.#head = Buffer.alloc(0);
    const head = all.toString("latin1", 0, end);
    this.#begin(head);
    return at + end + 4 - before;
  }

  #begin(head: string): void {
    this.status = Number(head.slice(9, 12));
    if (!(this.status >= 100)) throw new Error(`not a reply: ${head.slice(0, 80)}`);
    this.bodyBytes = 0;
    this.excerpt = "";
    this.retryAfterMs = Number(/\r\nretry-after: *(\d+)/i.exec(head)?.[1] ?? 0) * 1_000;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (this.status === 204 || this.status === 304) {
      this.#finish();
    } else if (length !== undefined) {
      this.#left = Number(length);
      this.#phase = "length";
      if (this.#left === 0) this.#finish();
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.#phase = "chunk-size";
    } else {
      throw new Error(`a reply without a length: ${head.slice(0, 200)}`);
    }
  }

  #finish(): void {
    this.#phase = "head";
    this.#onEnd();
  }
}
