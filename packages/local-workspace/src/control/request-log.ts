/** One request as the server saw it. */
export interface SeenRequest {
  id: number;
  method: string;
  /** Raw and undecoded, without the query. */
  path: string;
  /** The method that a call of the Thrift service names. */
  thriftMethod: string | undefined;
  /** The last value of each parameter, decoded. */
  query: Record<string, string>;
  /** As received, names in lower case; of Authorization the scheme only. */
  headers: Record<string, string>;
  /** userName or application id; undefined when unauthenticated. */
  principal: string | undefined;
  /** Request-body bytes that arrived so far. */
  bodyBytes: number;
  status: number | undefined;
  state: "open" | "done" | "aborted";
  /** Epoch milliseconds. */
  startedAt: number;
}

const REQUESTS_MAX = 10_000;

/** The requests since the start or the last `clear`, the newest 10,000 of them. */
export class RequestLog {
  #seen: SeenRequest[] = [];
  #nextId = 1;
  #open = 0;

  add(
    request: Omit<SeenRequest, "id" | "thriftMethod" | "status" | "state" | "startedAt" | "bodyBytes">,
  ): SeenRequest {
    const seen: SeenRequest = {
      id: this.#nextId,
      ...request,
      thriftMethod: undefined,
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
