/** Rows of the first fetches, when nobody knows how wide they are. */
export const fetchRowsFirst = 8_192;
/**
 * The driver's 100,000 hold the event loop for a quarter of a second and fill the memory (docs/sdk-transport.md, driver 5); more
 * than this was no faster where the warehouse is near (bench/notes.md).
 */
const fetchRowsMax = 32_768;
/** What one fetch should bring, and the gateway holds twice for each statement. */
export const fetchBytesMax = 2 * 1024 * 1024;

/** How many rows to ask for, by what those before them took: many of narrow ones, few of wide ones. */
export class FetchSize {
  #rows = fetchRowsFirst;

  get rows(): number {
    return this.#rows;
  }

  /** A batch of so many rows took so many bytes, decompressed. */
  saw(rows: number, bytes: number): void {
    if (rows === 0) return;
    const fitting = Math.floor((fetchBytesMax * rows) / Math.max(bytes, 1));
    this.#rows = Math.min(Math.max(fitting, 1), fetchRowsMax);
  }
}
