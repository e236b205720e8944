/** What a transfer has found and done so far. */
export interface TransferCounts {
  /** Files found, and how many of them are settled. */
  found: number;
  done: number;
  copied: number;
  unchanged: number;
  failed: number;
  /** Parts of downloads, links, sockets and the like, which are left out. */
  leftOut: number;
  bytesFound: number;
  bytesMoved: number;
  bytesUnchanged: number;
}

export function noCounts(): TransferCounts {
  return {
    found: 0,
    done: 0,
    copied: 0,
    unchanged: 0,
    failed: 0,
    leftOut: 0,
    bytesFound: 0,
    bytesMoved: 0,
    bytesUnchanged: 0,
  };
}
