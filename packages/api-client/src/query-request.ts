import type { CallOptions } from "./client-options.ts";
import { errorOfEnvelope, isEnvelope } from "./front-door-error.ts";
import type { QueryColumn, QueryResult } from "./generated/types.gen.ts";
import { type ApiRequest, type Http, invalidReply } from "./http.ts";
import { jsonLines } from "./json-lines.ts";
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
  readonly #request: ApiRequest;
  readonly #call: CallOptions;

  constructor(http: Http, request: ApiRequest, call: CallOptions = {}) {
    super();
    this.#http = http;
    this.#request = request;
    this.#call = call;
  }

  protected async send(): Promise<Document<Row, Result>> {
    return this.#http.json(this.#request, this.#call);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, void> {
    yield* await this.stream();
  }

  /** The rows as objects by the names of their columns. Throws if two columns have the same name. */
  async *objects<Named extends object = Record<string, Cell>>(): AsyncGenerator<Named, void, void> {
    const stream = await this.stream();
    const names = stream.columns.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      await stream.cancel();
      throw new TypeError(`Two columns are named ${JSON.stringify(twice)}: name them apart with AS, or read arrays.`);
    }
    for await (const row of stream) {
      yield Object.fromEntries(names.map((name, index) => [name, row[index]])) as Named;
    }
  }

  /** Sends the request. Resolves once the columns are known, with the rows to come. */
  async stream(): Promise<RowStream<Row>> {
    const { response, chunks } = await this.chunks("application/x-ndjson");
    const lines = jsonLines(chunks);
    const first = (await lines.next()).value as [{ columns?: QueryColumn[] }?, ...Row[]] | undefined;
    const [head, ...rows] = first ?? [];
    if (head !== undefined && isEnvelope(head)) throw errorOfEnvelope(head);
    if (head?.columns === undefined) {
      await lines.return();
      throw head === undefined ? this.#cut(response) : invalidReply("The reply has no columns.", response);
    }
    return new RowStream(head.columns, rows, lines as AsyncGenerator<Row[]>, () => this.#cut(response));
  }

  /** The body of the reply in another format, as it arrives. For readers of that format. */
  async chunks(accept: string) {
    const request = { ...this.#request, headers: { ...this.#request.headers, accept } };
    const response = await this.#http.stream(request, this.#call);
    const chunks = readChunks(response.body, this.#call.signal, (cause) => this.#cut(response, cause));
    return { response, chunks, cut: () => this.#cut(response) };
  }

  #cut(response: Response, cause?: unknown): Error {
    return this.#http.cut(cause, this.#request, response);
  }
}

/** Rows as they arrive. They can be read once. Stopping early cancels the statement. */
export class RowStream<Row extends readonly unknown[] = Cell[]> implements AsyncIterable<Row> {
  readonly columns: QueryColumn[];
  /** How many rows there were, and whether the row limit left out some. Known when all of them have been read. */
  summary: { readonly row_count: number; readonly truncated: boolean } | undefined;
  readonly #first: Row[];
  readonly #lines: AsyncGenerator<Row[]>;
  readonly #cut: () => Error;

  constructor(columns: QueryColumn[], first: Row[], lines: AsyncGenerator<Row[]>, cut: () => Error) {
    this.columns = columns;
    this.#first = first;
    this.#lines = lines;
    this.#cut = cut;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, void> {
    for await (const rows of this.batches()) yield* rows;
  }

  /** The rows in groups, as the network brings them. Throws a FrontDoorError unless the result is whole. */
  async *batches(): AsyncGenerator<Row[], void, void> {
    try {
      let rows: Row[] | undefined = this.#first;
      while (rows !== undefined) {
        const last = this.#endOf(rows);
        if (rows.length > 0) yield rows;
        if (last) return;
        const next = await this.#lines.next();
        rows = next.done === true ? undefined : next.value;
      }
      throw this.#cut();
    } finally {
      await this.cancel();
    }
  }

  /** Stops reading, which cancels the statement if it still runs. */
  async cancel(): Promise<void> {
    await this.#lines.return(undefined);
  }

  /** Takes the last line away, if it is there. A row is an array, and the last line an object. */
  #endOf(rows: Row[]): boolean {
    const last: unknown = rows.at(-1);
    if (last === undefined || Array.isArray(last)) return false;
    rows.pop();
    if (isEnvelope(last)) throw errorOfEnvelope(last);
    const { complete, row_count, truncated } = last as Record<string, unknown>;
    if (complete !== true) throw this.#cut();
    this.summary = { row_count: Number(row_count), truncated: truncated === true };
    return true;
  }
}
