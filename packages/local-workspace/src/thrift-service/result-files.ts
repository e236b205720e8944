import { arrowFraming, type Chunk, ResultChunks } from "../sql/result-chunks.ts";
import type { Statement } from "../sql/statement.ts";

/** A result of more bytes than this comes as files. */
const INLINE_BYTES_MAX = 4 * 1024 * 1024;
/** A client downloads these at the same time. */
const FILES_AT_ONCE = 4;
const ROWS_MAX = 1_000_000;

export interface WrittenFiles {
  files: Chunk[];
  /** True if the result ends with them. */
  last: boolean;
}

/** The rows of a large result as Arrow files for the client to download, written when it asks for them. */
export class ResultFiles {
  readonly #statement: Statement;
  readonly #dir: string;
  readonly #fileBytes: number;
  #isUsed: Promise<boolean> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  chunks: ResultChunks | undefined;

  constructor(statement: Statement, dir: string, fileBytes: number) {
    this.#statement = statement;
    this.#dir = dir;
    this.#fileBytes = fileBytes;
  }

  /** Whether the result comes as files: decided once, before its first row. Throws SqlError if the statement failed. */
  isUsed(): Promise<boolean> {
    return (this.#isUsed ??= this.#statement.holds(INLINE_BYTES_MAX));
  }

  /** Writes the next files. Concurrent calls are queued, so that rows stay in order. */
  next(): Promise<WrittenFiles> {
    const written = this.#writing.then(() => this.#next());
    this.#writing = written.catch(() => {});
    return written;
  }

  async remove(): Promise<void> {
    await this.#writing;
    await this.chunks?.remove();
  }

  async #next(): Promise<WrittenFiles> {
    const { schema } = this.#statement.reader;
    const chunks = (this.chunks ??= new ResultChunks(this.#dir, arrowFraming(schema), this.#fileBytes));
    const before = chunks.chunks.length;
    let last = false;
    for (let file = 0; file < FILES_AT_ONCE && !last; file++) {
      const part = await this.#statement.read(ROWS_MAX, this.#fileBytes);
      for (const { batch, ipc } of part.batches) await chunks.add(ipc, batch.numRows);
      await chunks.finish();
      last = part.last;
    }
    return { files: chunks.chunks.slice(before), last };
  }
}
