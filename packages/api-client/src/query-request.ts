import type { CallOptions } from "./client-options.ts";
import type { QueryColumn, QueryResult } from "./generated/types.gen.ts";
import { type ApiRequest, type Http, invalidReply } from "./http.ts";
import { jsonLines, type LastLine } from "./json-lines.ts";
import { LazyRequest } from "./lazy-request.ts";
import { readChunks } from "./read-chunks.ts";

/**
 * One value of a result, exactly as docs/query-results.md says: a BIGINT is a number, and beyond 2^53 a string of digits; a
 * DECIMAL with a scale is a string.
 */
export type Cell = string | number | boolean | null | Cell[] | { [field: string]: Cell };

type Document<Row, Result> = Omit<Result, "rows"> & { rows: Row[] };

/**
 * A result. `await` gets it as one document, `for await` each row as it arrives, and `stream()` the rows with their columns.
 * Nothing is sent before.
 */
export class QueryRequest<Row extends readonly unknown[] = Cell[], Result = QueryResult>
  extends LazyRequest<Document<Row, Result>>
  implements AsyncIterable<Row>
{
  readonly #http: Http;
  readonly #request: () => ApiRequest;
  readonly #call: CallOptions;

  constructor(http: Http, request: () => ApiRequest, call: CallOptions = {}) {
    super();
    this.#http = http;
    this.#request = request;
    this.#call = call;
  }

  protected async send(): Promise<Document<Row, Result>> {
    return this.#http.json(this.#request(), this.#call);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, void> {
    yield* await this.stream();
  }

  /** The rows as objects by the names of their columns. Throws if two columns have the same name, which only arrays allow. */
  async *objects<Named extends object = Record<string, Cell>>(): AsyncGenerator<Named, void, void> {
    const stream = await this.stream();
    const names = stream.columns.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      await stream.cancel();
      throw new TypeError(`Two columns are named ${JSON.stringify(twice)}: rename one with AS.`);
    }
    for await (const row of stream) {
      yield Object.fromEntries(names.map((name, index) => [name, row[index]])) as Named;
    }
  }

  /** Sends the request. Resolves once the columns are known, with the rows to come. */
  async stream(): Promise<RowStream<Row>> {
    const { response, chunks, cut } = await this.chunks("application/x-ndjson");
    const lines = jsonLines(chunks, cut);
    const { value } = await lines.next();
    const [head, ...rows] = Array.isArray(value) ? value : [];
    const columns = (head as { readonly columns?: QueryColumn[] } | undefined)?.columns;
    if (columns !== undefined) return new RowStream(columns, rows as Row[], lines as RowLines<Row>);
    await chunks.return();
    throw invalidReply("The reply does not begin with the columns.", response);
  }

  /** The body of the reply in another format, as it arrives. For readers of that format. */
  async chunks(accept: string) {
    const request = { ...this.#request(), headers: { accept } };
    const response = await this.#http.stream(request, this.#call);
    const cut = (cause?: unknown) => this.#http.cut(cause, request, response);
    return { response, chunks: readChunks(response.body, this.#call.signal, cut), cut };
  }
}

type RowLines<Row> = AsyncGenerator<Row[], LastLine, void>;

/** Rows as they arrive. They can be read once. Stopping early cancels the statement. */
export class RowStream<Row extends readonly unknown[] = Cell[]> implements AsyncIterable<Row> {
  readonly columns: QueryColumn[];
  /** How many rows there were, and whether the row limit left out some. Known when all of them have been read. */
  summary: { readonly row_count: number; readonly truncated: boolean } | undefined;
  readonly #first: Row[];
  readonly #lines: RowLines<Row>;

  constructor(columns: QueryColumn[], first: Row[], lines: RowLines<Row>) {
    this.columns = columns;
    this.#first = first;
    this.#lines = lines;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, void> {
    for await (const rows of this.batches()) yield* rows;
  }

  /** The rows in groups, as the network brings them. Throws a FrontDoorError unless the result is whole. */
  async *batches(): AsyncGenerator<Row[], void, void> {
    try {
      if (this.#first.length > 0) yield this.#first;
      for (;;) {
        const { done, value } = await this.#lines.next();
        if (done === true) {
          const { row_count = 0, truncated = false } = value;
          this.summary = { row_count, truncated };
          return;
        }
        yield value;
      }
    } finally {
      await this.cancel();
    }
  }

  /** Stops reading, which cancels the statement if it still runs. */
  async cancel(): Promise<void> {
    // The value is of no use to anybody.
    await this.#lines.return({ complete: true });
  }
}
