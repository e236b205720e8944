/** One request as it goes over the wire. */
export interface LoadRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON body. */
  readonly body?: string;
  /** A body of so many bytes, sent as fast as they are taken. */
  readonly bodyBytes?: number;
}

/** What the load generator does: so many connections, each with one request at a time. */
export interface LoadPlan {
  readonly origin: string;
  /** PEM of the CA of an https origin. */
  readonly ca?: string;
  readonly connections: number;
  /** Taken in turn. */
  readonly requests: readonly LoadRequest[];
  /** Ends after so long, or after so many requests, whichever is set. */
  readonly durationMs?: number;
  readonly count?: number;
  /** A caller that is told to come again later (503 with Retry-After) waits that long. */
  readonly honourRetryAfter?: boolean;
  /** Bytes of a whole reply, where they are known: a shorter one is an error. */
  readonly replyBytesMin?: number;
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadResult {
  readonly succeeded: number;
  /** Replies of 429 and 503. */
  readonly refused: number;
  readonly failed: number;
  /** The first failure, for people. */
  readonly failure: string | undefined;
  readonly seconds: number;
  /** Bytes of bodies, both ways. */
  readonly bytes: number;
  /** Milliseconds. */
  readonly latency: Quantiles;
  readonly firstByte: Quantiles;
  readonly refusal: Quantiles;
  /** CPU time of the load generator itself. */
  readonly cpuMs: number;
}
