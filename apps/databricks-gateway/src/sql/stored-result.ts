import { OperationError, type QueryColumn } from "@front-door/operations";
import { type CloudStorage, LinkRefused, type StorageLink } from "../databricks/cloud-storage.ts";
import { invalidResponse } from "../databricks/invalid-response.ts";
import type { Again } from "../databricks/repeat-call.ts";
import type { RetryBudget } from "../databricks/retry-budget.ts";
import { memoryWith } from "./fetch-size.ts";
import { repeatSqlCall } from "./repeat-sql-call.ts";
import { rowTooLarge } from "./row-too-large.ts";
import { type ArrowMessage, arrowMessages } from "./serialize/arrow-messages.ts";
import { describeColumns } from "./serialize/columns.ts";
import { emptySchema } from "./serialize/empty-schema.ts";
import { IntervalColumns } from "./serialize/interval-columns.ts";
import type { QueryResult } from "./serialize/query-result.ts";
import { decodeSchema, type RowBatch } from "./serialize/row-batch.ts";
import type { StreamMemory } from "./stream-memory.ts";

/** A link to a chunk of a result: an Arrow stream with this many rows. */
export interface ChunkLink extends StorageLink {
  readonly rows: number;
}

/** The result of a statement that has succeeded, which Databricks keeps in cloud storage. */
export interface StoredResult {
  /** As Statement Execution describes them. */
  readonly columns: readonly QueryColumn[];
  readonly firstChunk: number;
  /** How many chunks to read, from the first one on. */
  readonly chunkCount: number;
  readonly isTruncated: boolean;
  /** A link to the first of them. Undefined if there are none. */
  readonly firstLink: ChunkLink | undefined;
  /** A new link to the chunk. Each lives for minutes. */
  readonly linkTo: (chunk: number) => Promise<ChunkLink>;
}

export interface ResultReading {
  readonly storage: CloudStorage;
  /** The retries of the workspace. */
  readonly budget: RetryBudget;
  readonly memory: StreamMemory;
  readonly signal: AbortSignal;
  /** How long the caller waits for each piece of the result. */
  readonly timeoutMs: number;
}

/** Of one chunk. */
const attemptsMax = 4;

/**
 * Opens a stored result; its rows are read from the storage as they are asked for, one record batch at a time. They are the
 * ones that a query gives, in the same encoding. Both throw OperationErrors.
 */
export async function openStoredResult(stored: StoredResult, reading: ResultReading): Promise<QueryResult> {
  const { columns, firstChunk, chunkCount } = stored;
  const isTruncated = () => stored.isTruncated;
  if (chunkCount === 0) {
    return { columns, schemaBytes: emptySchema(columns), batches: none(), isTruncated, abandon: () => {} };
  }
  const opened = new StoredChunk(firstChunk, stored, reading, stored.firstLink);
  const given = await opened.readSchema();
  const intervals = IntervalColumns.in(given);
  const schemaBytes = intervals?.schemaBytes ?? given;
  async function* batches(): AsyncGenerator<RowBatch, void, void> {
    yield* opened.batches(schemaBytes, intervals);
    for (let chunk = firstChunk + 1; chunk < firstChunk + chunkCount; chunk++) {
      const next = new StoredChunk(chunk, stored, reading);
      if (!isSame(await next.readSchema(), given)) throw unlike(chunk);
      yield* next.batches(schemaBytes, intervals);
    }
  }
  return {
    // As `get_statement` says, so that a column has one description. Some manifests have no columns.
    columns: describeColumns(decodeSchema(schemaBytes)).map((column, at) => columns[at] ?? column),
    schemaBytes,
    batches: batches(),
    isTruncated,
    abandon: () => opened.abandon(),
  };
}

/** One chunk, read once. If its download breaks, it is begun again with a new link, and what has been read is skipped. */
class StoredChunk {
  readonly #chunk: number;
  readonly #stored: StoredResult;
  readonly #reading: ResultReading;
  readonly #messages: AsyncGenerator<ArrowMessage, void, void>;
  /** One that was not used yet. */
  #link: ChunkLink | undefined;
  #rows = 0;

  constructor(chunk: number, stored: StoredResult, reading: ResultReading, link?: ChunkLink) {
    this.#chunk = chunk;
    this.#link = link;
    this.#stored = stored;
    this.#reading = reading;
    this.#messages = this.#readMessages();
  }

  async readSchema(): Promise<Uint8Array> {
    const { value: message } = await this.#messages.next();
    if (message?.kind === "schema") return message.bytes;
    throw invalidResponse(`a chunk ${this.#chunk} that does not begin with a schema`, { surelyNotRun: true });
  }

  async *batches(
    schemaBytes: Uint8Array,
    intervals: IntervalColumns | undefined,
  ): AsyncGenerator<RowBatch, void, void> {
    let rows = 0;
    for await (const message of this.#messages) {
      if (message.kind !== "batch") throw unlike(this.#chunk);
      const rowCount = Math.min(message.rows, this.#rows - rows);
      rows += rowCount;
      if (rowCount === 0) continue;
      const { bytes } = message;
      yield intervals?.asText({ bytes, rowCount }) ?? { schemaBytes, bytes, rowCount };
    }
    if (rows === this.#rows) return;
    const what = `a chunk ${this.#chunk} with ${rows} rows and the row_count ${this.#rows}`;
    throw invalidResponse(what, { surelyNotRun: true });
  }

  /** Ends the download. */
  abandon(): void {
    this.#messages.return().catch(() => undefined);
  }

  async *#readMessages(): AsyncGenerator<ArrowMessage, void, void> {
    const { memory, signal, timeoutMs, budget } = this.#reading;
    let endsAt = 0;
    let ours: unknown;
    const reserve = async (bytes: number) => {
      if (bytes > memory.rowBytesMax) throw rowTooLarge(memory.rowBytesMax);
      await memory.hold(memoryWith(bytes), { signal, endsAt }).catch((refusal: unknown) => {
        ours = refusal;
        throw refusal;
      });
    };
    let failures = 0;
    const again: Again = (failure) => {
      failures += 1;
      if (failure === ours || failures >= attemptsMax) return undefined;
      // A new link is all it takes.
      if (failure instanceof LinkRefused) return failures === 1 ? "now" : "later";
      return failure instanceof OperationError && isPassing(failure) ? "later" : undefined;
    };
    let passedOn = 0;
    let download = this.#download(passedOn, reserve);
    const next = async () => {
      try {
        return await download.next();
      } catch (error) {
        download = this.#download(passedOn, reserve);
        throw error;
      }
    };
    try {
      for (;;) {
        endsAt = performance.now() + timeoutMs;
        const { value: message } = await repeatSqlCall(next, again, { signal, endsAt }, { budget });
        if (message === undefined) return;
        passedOn += 1;
        yield message;
      }
    } catch (error) {
      throw toFailure(error);
    } finally {
      await download.return();
    }
  }

  /** The messages after the first `skipped`, by a new link. */
  async *#download(
    skipped: number,
    reserve: (bytes: number) => Promise<void>,
  ): AsyncGenerator<ArrowMessage, void, void> {
    const { storage, signal } = this.#reading;
    const link = this.#link ?? (await this.#stored.linkTo(this.#chunk));
    this.#link = undefined;
    this.#rows = link.rows;
    let seen = 0;
    for await (const message of arrowMessages(storage.read(link, signal), reserve)) {
      seen += 1;
      if (seen > skipped) yield message;
    }
  }
}

/** Whether the same read can succeed in a moment. */
function isPassing({ code, status }: OperationError): boolean {
  return code === "UPSTREAM_UNREACHABLE" || status === 429 || status === 503;
}

function toFailure(error: unknown): unknown {
  if (!(error instanceof LinkRefused)) return error;
  return new OperationError(
    "UPSTREAM_ERROR",
    "The cloud storage does not accept Databricks' links to the result.",
    {
      surelyNotRun: true,
      cause: error,
    },
  );
}

function unlike(chunk: number): OperationError {
  return invalidResponse(`a chunk ${chunk} with another schema`, { surelyNotRun: true });
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one.buffer, one.byteOffset, one.length).equals(other);
}

async function* none(): AsyncGenerator<RowBatch, void, void> {}
