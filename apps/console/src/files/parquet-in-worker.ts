import type { AsyncBuffer } from "hyparquet";
import { askForParquet } from "./parquet-messages.ts";
import type { ParquetStart } from "./parquet-start.ts";

const workMs = 10_000;

/**
 * The schema and the first rows of a Parquet file. A worker reads them, and is ended after 10 s of work: a file can say of
 * itself what nobody could ever read, and the page goes on meanwhile.
 */
export async function readParquetInWorker(
  file: AsyncBuffer,
  rowsMax: number,
  signal: AbortSignal,
): Promise<ParquetStart> {
  const worker = new Worker(new URL("./parquet-worker.ts", import.meta.url), { type: "module" });
  const failed = new AbortController();
  worker.addEventListener("error", () => failed.abort(new Error("Its reader does not start.")));
  const limit = { workMs, signal: AbortSignal.any([signal, failed.signal]) };
  try {
    return await askForParquet(worker, file, rowsMax, limit);
  } finally {
    worker.terminate();
  }
}
