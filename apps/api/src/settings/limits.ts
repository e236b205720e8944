/** Bounds that are the same in every installation; tests make the times short. */
export interface Limits {
  /** A JSON body larger than this is refused with 413. */
  readonly jsonBodyBytesMax: number;
  /** A JSON body has to be here, whole, in this time. */
  readonly jsonBodyTimeoutMs: number;
  /** A file's body may pause this long, whichever way it goes, before its connection is cut. */
  readonly fileIdleTimeoutMs: number;
  /** A longer URL is refused with 414. A path of 4,096 bytes takes up to three times as much when percent-encoded. */
  readonly urlBytesMax: number;
  /** Of a body that is not wanted, this much is read while the answer is on its way, and for so long. */
  readonly unreadBodyBytesMax: number;
  readonly unreadBodyLingerMs: number;
  /** JSON with more arrays and objects in one another is refused, whatever a schema would say of it. */
  readonly jsonDepthMax: number;
  /** Of one address; a person who mistypes is far below it, and a page with an expired token in a loop above. */
  readonly failedSignInsPerMinute: number;
}

export const defaultLimits: Limits = {
  jsonBodyBytesMax: 64 * 1024,
  jsonBodyTimeoutMs: 15_000,
  fileIdleTimeoutMs: 60_000,
  urlBytesMax: 32 * 1024,
  unreadBodyBytesMax: 1024 * 1024,
  unreadBodyLingerMs: 1_000,
  jsonDepthMax: 64,
  failedSignInsPerMinute: 100,
};

/** For the request line and all headers together. */
export const headerBytesMax = 64 * 1024;
export const headersTimeoutMs = 15_000;
/** Longer than the minute for which load balancers keep an idle connection, so that they close it first. */
export const keepAliveTimeoutMs = 65_000;
