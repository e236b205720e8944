import type { CallOptions } from "./client-options.ts";
import type { ApiRequest, Http } from "./http.ts";
import { jsonLines } from "./json-lines.ts";
import { readChunks } from "./read-chunks.ts";

/**
 * A reply of lines, such as everything in a directory at any depth: `for await` gets each as it arrives. Nothing is sent before.
 * Throws a FrontDoorError unless the reply is whole.
 */
export class Lines<Line> implements AsyncIterable<Line> {
  readonly #http: Http;
  readonly #request: () => ApiRequest;
  readonly #call: CallOptions;

  constructor(http: Http, request: () => ApiRequest, call: CallOptions) {
    this.#http = http;
    this.#request = request;
    this.#call = call;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Line, void, void> {
    for await (const lines of this.batches()) yield* lines;
  }

  /** The lines in groups, as the network brings them. */
  async *batches(): AsyncGenerator<Line[], void, void> {
    const request = { ...this.#request(), headers: { accept: "application/x-ndjson" } };
    const response = await this.#http.stream(request, this.#call);
    const cut = (cause?: unknown) => this.#http.cut(cause, request, response);
    yield* jsonLines(readChunks(response.body, this.#call.signal, cut), cut) as AsyncGenerator<Line[]>;
  }

  /** Every line. */
  async all(): Promise<Line[]> {
    const all: Line[] = [];
    for await (const lines of this.batches()) for (const line of lines) all.push(line);
    return all;
  }
}
