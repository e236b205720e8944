/** A request as the server received it. */
export interface SeenRequest {
  id: number;
  method: string;
  /** Undecoded, without the query. */
  path: string;
  /** Only for calls of the Thrift service. */
  thriftMethod: string | undefined;
  /** The last value of each parameter, decoded. */
  query: Record<string, string>;
  /** As received, with names in lower case. Credentials are reduced to their scheme. */
  headers: Record<string, string>;
  /** A userName or application id; undefined if unauthenticated. */
  principal: string | undefined;
  /** The start of a body that is JSON, as it was received: at most 64 KiB of it. */
  body: string | undefined;
  /** Bytes of the request body received so far. */
  bodyBytes: number;
  status: number | undefined;
  state: "open" | "done" | "aborted";
  /** Epoch milliseconds. */
  startedAt: number;
}

const REQUESTS_MAX = 10_000;

/** The newest 10,000 requests since the start or the last `clear`. */
export class RequestLog {
  #seen: SeenRequest[] = [];
  #nextId = 1;
  #open = 0;

  add(
    request: Omit<
      SeenRequest,
      "id" | "thriftMethod" | "status" | "state" | "startedAt" | "body" | "bodyBytes"
    >,
  ): SeenRequest {
    const seen: SeenRequest = {
      id: this.#nextId,
      ...request,
      thriftMethod: undefined,
      body: undefined,
      bodyBytes: 0,
      status: undefined,
      state: "open",
      startedAt: Date.now(),
    };
    this.#nextId += 1;
    this.#open += 1;
    this.#seen.push(seen);
    if (this.#seen.length > REQUESTS_MAX) this.#seen.shift();
    return seen;
  }

  finish(seen: SeenRequest, state: "done" | "aborted", status: number | undefined): void {
    seen.state = state;
    seen.status = status;
    this.#open -= 1;
  }

  list(): SeenRequest[] {
    return this.#seen.map((one) => ({ ...one }));
  }

  clear(): void {
    this.#seen = [];
  }

  open(): number {
    return this.#open;
  }
}
