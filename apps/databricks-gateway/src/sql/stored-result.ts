import { setTimeout as delay } from "node:timers/promises";
import { OperationError, type QueryColumn } from "@front-door/operations";
import { invalidResponse } from "../databricks/invalid-response.ts";
import { LinkRefused, type ResultStorage, type StorageLink } from "../databricks/result-storage.ts";
import { memoryFor } from "./fetch-size.ts";
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
  /** The chunks to read, in their order. */
  readonly chunks: readonly number[];
  readonly isTruncated: boolean;
  /** A link to the first of them. Undefined if there are none. */
  readonly firstLink: ChunkLink | undefined;
  /** A new link to the chunk. Each lives for minutes. */
  readonly linkTo: (chunk: number) => Promise<ChunkLink>;
}

export interface ResultReading {
  readonly storage: ResultStorage;
  readonly memory: StreamMemory;
  readonly signal: AbortSignal;
}

/** Of one record batch. Three texts of the 16 MiB that Databricks allows fit. */
const messageBytesMax = 64 * 1024 * 1024;
const attemptsMax = 4;
const firstDelayMs = 200;

/**
 * Opens a stored result; its rows are read from the storage as they are asked for, one record batch at a time. They are the
 * ones that a query gives, in the same encoding. Both throw OperationErrors.
 */
export async function openStoredResult(stored: StoredResult, reading: ResultReading): Promise<QueryResult> {
  const [first, ...others] = stored.chunks;
  const isTruncated = () => stored.isTruncated;
  if (first === undefined) {
    const { columns } = stored;
    return { columns, schemaBytes: emptySchema(columns), batches: none(), isTruncated, abandon: () => {} };
  }
  const opened = new StoredChunk(first, stored, reading, stored.firstLink);
  const given = await opened.readSchema();
  const intervals = IntervalColumns.in(given);
  const schemaBytes = intervals?.schemaBytes ?? given;
  async function* batches(): AsyncGenerator<RowBatch, void, void> {
    yield* opened.batches(schemaBytes, intervals);
    for (const chunk of others) {
      const next = new StoredChunk(chunk, stored, reading);
      if (!isSame(await next.readSchema(), given)) throw unlike(chunk);
      yield* next.batches(schemaBytes, intervals);
    }
  }
  const typeTexts = stored.columns.map(({ type_text }) => type_text);
  return {
    columns: describeColumns(decodeSchema(schemaBytes), typeTexts),
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
    const { storage, memory, signal } = this.#reading;
    let passedOn = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        const link = this.#link ?? (await this.#stored.linkTo(this.#chunk));
        this.#link = undefined;
        this.#rows = link.rows;
        let seen = 0;
        const reserve = (bytes: number) => {
          if (bytes > messageBytesMax) throw tooLarge();
          memory.hold(memoryFor(bytes));
        };
        for await (const message of arrowMessages(storage.read(link, signal), reserve)) {
          seen += 1;
          if (seen <= passedOn) continue;
          passedOn += 1;
          yield message;
        }
        return;
      } catch (error) {
        const delayMs = attempt < attemptsMax && !signal.aborted ? delayAfter(error, attempt) : undefined;
        if (delayMs === undefined) throw toFailure(error);
        await delay(delayMs, undefined, { signal }).catch(() => {
          throw signal.reason as Error;
        });
      }
    }
  }
}

/** How long to wait before another attempt; undefined if there should be none. */
function delayAfter(error: unknown, attempt: number): number | undefined {
  // A new link is all it takes.
  if (error instanceof LinkRefused && attempt === 1) return 0;
  if (!(error instanceof LinkRefused) && !(error instanceof OperationError && isPassing(error)))
    return undefined;
  const asked = error instanceof OperationError ? error.retryAfterSeconds : undefined;
  return asked === undefined ? firstDelayMs * 2 ** (attempt - 1) : asked * 1_000;
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

function tooLarge(): OperationError {
  return new OperationError(
    "STATEMENT_FAILED",
    `Rows that Databricks keeps together have more than ${messageBytesMax / 1024 ** 2} MiB. Select fewer columns, or shorten long values with substr().`,
    { surelyNotRun: true },
  );
}

function unlike(chunk: number): OperationError {
  return invalidResponse(`a chunk ${chunk} with another schema`, { surelyNotRun: true });
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one.buffer, one.byteOffset, one.length).equals(other);
}

async function* none(): AsyncGenerator<RowBatch, void, void> {}
