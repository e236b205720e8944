/** Rows of the first fetches, before their width is known. */
export const fetchRowsFirst = 8_192;
/**
 * The driver's 100,000 block the event loop for a quarter of a second and fill the memory (docs/sdk-transport.md, driver
 * 5). More than this was no faster with a warehouse nearby (bench/notes.md).
 */
const fetchRowsMax = 32_768;
/** The size that a fetch should have. The gateway holds up to two fetches for each statement. */
export const fetchBytesMax = 2 * 1024 * 1024;

/** Chooses the number of rows to fetch from the width of the previous rows. */
export class FetchSize {
  #rows = fetchRowsFirst;

  get rows(): number {
    return this.#rows;
  }

  /** Takes the size of a batch; `bytes` is its decompressed size. */
  saw(rows: number, bytes: number): void {
    if (rows === 0) return;
    const fitting = Math.floor((fetchBytesMax * rows) / Math.max(bytes, 1));
    this.#rows = Math.min(Math.max(fitting, 1), fetchRowsMax);
  }
}
