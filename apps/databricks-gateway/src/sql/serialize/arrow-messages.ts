import { invalidResponse } from "../../databricks/invalid-response.ts";
import { Message } from "./arrow.ts";

/** One message of an Arrow IPC stream: the bytes as they came, with the marker and the length before them. */
export interface ArrowMessage {
  readonly kind: "schema" | "batch";
  readonly bytes: Uint8Array;
  /** Of a batch. */
  readonly rows: number;
}

const headBytesMax = 16 * 1024 * 1024;
const continuation = -1;

/**
 * The messages of an Arrow IPC stream, read one at a time as they are asked for. Ends at the end marker, or where the bytes
 * end between two messages: the caller counts the rows. Throws UPSTREAM_INVALID_RESPONSE, and what `bytes` throws. `reserve`
 * is told the size of each message before memory is taken for it, and may refuse it or let it wait.
 */
export async function* arrowMessages(
  bytes: AsyncIterable<Uint8Array>,
  reserve: (messageBytes: number) => Promise<void>,
): AsyncGenerator<ArrowMessage, void, void> {
  const reader = new ByteReader(bytes);
  try {
    for (;;) {
      const head = await readHead(reader);
      if (head === undefined) return;
      const { message, prefix } = head;
      const bodyBytes = message.bodyLength;
      if (!Number.isSafeInteger(bodyBytes) || bodyBytes < 0) throw unreadable("a message of an odd length");
      await reserve(prefix.length + bodyBytes);
      const whole = Buffer.allocUnsafeSlow(prefix.length + bodyBytes);
      prefix.copy(whole);
      await reader.fill(whole.subarray(prefix.length));
      if (message.isSchema()) yield { kind: "schema", bytes: whole, rows: 0 };
      else if (message.isRecordBatch()) yield { kind: "batch", bytes: whole, rows: message.header().length };
      else throw unreadable("a message that is neither a schema nor a record batch");
    }
  } finally {
    await reader.close();
  }
}

/** The next message's header, decoded and as bytes; undefined at the end of the stream. */
async function readHead(reader: ByteReader) {
  const first = await reader.readOrEnd(4);
  if (first === undefined) return undefined;
  // Before Arrow 0.15 there was no marker.
  const isMarked = first.readInt32LE() === continuation;
  const length = isMarked ? await reader.read(4) : first;
  const headBytes = length.readInt32LE();
  if (headBytes === 0) return undefined;
  if (headBytes < 0 || headBytes > headBytesMax) throw unreadable("a message with an odd header");
  const head = await reader.read(headBytes);
  try {
    return {
      message: Message.decode(head),
      prefix: Buffer.concat(isMarked ? [first, length, head] : [length, head]),
    };
  } catch (cause) {
    throw unreadable("a message with an unreadable header", cause);
  }
}

/** Reads exact numbers of bytes from pieces of any size. */
class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#pieces = bytes[Symbol.asyncIterator]();
  }

  /** Undefined if no byte is left. */
  async readOrEnd(length: number): Promise<Buffer | undefined> {
    return (await this.#hasMore()) ? this.read(length) : undefined;
  }

  async read(length: number): Promise<Buffer> {
    const target = Buffer.allocUnsafe(length);
    await this.fill(target);
    return target;
  }

  async fill(target: Uint8Array): Promise<void> {
    for (let at = 0; at < target.length; ) {
      if (!(await this.#hasMore())) throw unreadable("a message that is cut off");
      const part = this.#piece.subarray(0, target.length - at);
      target.set(part, at);
      at += part.length;
      this.#piece = this.#piece.subarray(part.length);
    }
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #hasMore(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const next = await this.#pieces.next();
      if (next.done) return false;
      this.#piece = next.value;
    }
    return true;
  }
}

function unreadable(what: string, cause?: unknown) {
  return invalidResponse(`a result with ${what}`, { surelyNotRun: true, cause });
}
