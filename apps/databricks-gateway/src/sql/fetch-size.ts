/** Rows of the first fetches, before their width is known. */
export const fetchRowsFirst = 8_192;
/**
 * The driver's 100,000 block the event loop for a quarter of a second and fill the memory (docs/sdk-transport.md, driver
 * 5). More than this was no faster with a warehouse nearby (bench/notes.md).
 */
const fetchRowsMax = 32_768;
/** The size that a fetch should have. The gateway holds up to two fetches for each statement. */
export const fetchBytesMax = 2 * 1024 * 1024;
/** The size of a fetch while there is no memory for more, and of the rows that come with the reply to ExecuteStatement. */
export const smallFetchBytes = 128 * 1024;
/**
 * The most bytes of rows in one reply, and of one batch when it is decompressed: a single row can be much larger than a fetch
 * asks for. A text of the 16 MiB that Databricks allows fits, and as much beside it.
 */
export const rowBytesMax = 32 * 1024 * 1024;

/** Pieces of a reply on their way, and the buffers of sockets. */
const pieceBytes = 256 * 1024;

/** The memory that a stream takes for a fetch of `fetchBytes`, which is held as it came and decompressed. */
export function memoryFor(fetchBytes: number): number {
  return pieceBytes + 2 * Math.max(fetchBytes, smallFetchBytes);
}

/** The memory that a stream takes with rows that have come. */
export function memoryWith(rowBytes: number): number {
  return Math.max(pieceBytes + rowBytes, memoryFor(smallFetchBytes));
}

/** Chooses the number of rows to fetch from the width of the previous rows. */
export class FetchSize {
  #rowBytes = fetchBytesMax / fetchRowsFirst;

  /** How many rows of this width have about `bytes`; at least one. */
  rowsWithin(bytes: number): number {
    return Math.min(Math.max(Math.floor(bytes / this.#rowBytes), 1), fetchRowsMax);
  }

  /** Takes the size of a batch; `bytes` is its decompressed size. */
  saw(rows: number, bytes: number): void {
    if (rows > 0) this.#rowBytes = Math.max(bytes, 1) / rows;
  }
}
