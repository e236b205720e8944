/** Bounds that are the same in every installation; tests make the times short. */
export const defaultLimits = {
  /** A larger JSON body is refused with 413. */
  jsonBodyBytesMax: 64 * 1024,
  /** What the JSON bodies of all requests under way may have together. In memory each takes several times its size. */
  jsonBytesMax: 32 * 1024 * 1024,
  /** A larger message to `/mcp` is refused with 413. It can hold a statement, or a file. */
  mcpBodyBytesMax: 1024 * 1024,
  /** How long a tool waits for what Databricks runs. Agents give up after 60 s. */
  toolWaitMsMax: 50_000,
  /** A JSON body must arrive completely within this time. */
  jsonBodyTimeoutMs: 15_000,
  /** A file's body may pause this long, in either direction, before its connection is closed. */
  fileIdleTimeoutMs: 60_000,
  /** A longer URL is refused with 414. A path of 4,096 bytes is up to three times as long when percent-encoded. */
  urlBytesMax: 32 * 1024,
  /** How much of an unwanted body is read while the reply is sent, and for how long. */
  unreadBodyBytesMax: 1024 * 1024,
  unreadBodyLingerMs: 1_000,
  /** JSON with more levels of arrays and objects is refused. */
  jsonDepthMax: 64,
  /** For one address. A person who mistypes stays far below it; a page that loops with an expired token does not. */
  failedSignInsPerMinute: 100,
};

export type Limits = Readonly<typeof defaultLimits>;

/** For the request line and all headers together. */
export const headerBytesMax = 64 * 1024;
export const headersTimeoutMs = 15_000;
/** Longer than the minute for which load balancers keep an idle connection, so that they close it first. */
export const keepAliveTimeoutMs = 65_000;
