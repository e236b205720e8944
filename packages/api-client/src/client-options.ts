/** A value, or a function that gives it for each request: a token that is renewed, for example. */
type Given<Value> = Value | (() => Value | Promise<Value>);

export interface FrontDoorOptions {
  /**
   * Where the front door is: `https://data.example.com`. A path is kept, for one behind a proxy. In a browser `""` and what
   * begins with `/` lead to the page's own origin.
   */
  readonly baseUrl: string | URL;
  /** Signs the caller in (`API_AUTH=api-key`). Never put one into a public web page. */
  readonly apiKey?: Given<string>;
  /** A bearer token: a JWT of the identity provider (`API_AUTH=oidc`), or a Databricks token to run as its user. */
  readonly token?: Given<string>;
  /** More headers of every request. */
  readonly headers?: Given<Readonly<Record<string, string>>>;
  /** `include`: send the cookies of a sign-in proxy to another origin. */
  readonly credentials?: "include" | "omit" | "same-origin";
  /** The workspace of calls that name none. Default: the gateway's first. */
  readonly workspace?: string;
  /** How often a request is sent again after a failure that allows it. Default: 2. */
  readonly retries?: number;
  /** Instead of the global `fetch`. Uploads use it in browsers too, which then have no progress. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface CallOptions {
  /** Ends the call, which then rejects with the signal's own reason. `AbortSignal.timeout(5_000)` is a deadline. */
  readonly signal?: AbortSignal | undefined;
  /** The id of the request in the logs. Default: the front door makes one. */
  readonly requestId?: string;
  /** How often this request is sent again. */
  readonly retries?: number;
}

export async function valueOf<Value extends string | object>(
  given: Given<Value> | undefined,
): Promise<Value | undefined> {
  return typeof given === "function" ? (given as () => Value | Promise<Value>)() : given;
}
