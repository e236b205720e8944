import { afterEach, expect, it, vi } from "vitest";
import { parquetOf } from "../../test/parquet-of.ts";
import { askForParquet, serveParquet } from "./parquet-messages.ts";

function channel() {
  const { port1, port2 } = new MessageChannel();
  for (const port of [port1, port2]) port.start();
  return [port1, port2] as const;
}

async function fileOf(sql: string) {
  const bytes = await parquetOf(sql);
  const slice = async (start: number, end = bytes.length) =>
    new Uint8Array(bytes.subarray(start, end)).buffer;
  return { byteLength: bytes.length, slice };
}

afterEach(() => vi.useRealTimers());

const signal = new AbortController().signal;

it("a worker reads the rows of a file whose parts the page brings, and says what is wrong with one", async () => {
  const [page, worker] = channel();
  serveParquet(worker);
  const file = await fileOf("SELECT i AS id FROM range(0, 500) t(i)");
  const found = await askForParquet(page, file, 2, { workMs: 60_000, signal });
  expect([found.rowCount, found.rows]).toEqual([500, [["0"], ["1"]]]);
  const wrong = { byteLength: 12, slice: async () => new TextEncoder().encode("no parquet!!").buffer };
  await expect(askForParquet(page, wrong, 2, { workMs: 60_000, signal })).rejects.toThrow(/parquet/i);
  page.close();
});

it("a worker that does not come to an end is given up, and the time that its bytes take does not count", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const [page, worker] = channel();
  serveParquet(worker);
  const file = await fileOf("SELECT 1 AS one");
  const slice = async (start: number, end?: number) => {
    vi.advanceTimersByTime(60_000);
    return file.slice(start, end);
  };
  const slow = await askForParquet(page, { ...file, slice }, 1, { workMs: 10_000, signal });
  expect(slow.rows).toEqual([[1]]);
  page.close();

  // Nobody answers.
  const [lonely] = channel();
  const endless = askForParquet(lonely, file, 1, { workMs: 10_000, signal });
  vi.advanceTimersByTime(10_000);
  await expect(endless).rejects.toThrow("Its first rows take too long to read.");
  lonely.close();
});

it("bytes that cannot be had, and a page that is left, end the reading with their own error", async () => {
  const [page, worker] = channel();
  serveParquet(worker);
  const refused = new RangeError("refused");
  const file = { byteLength: 100, slice: () => Promise.reject(refused) };
  await expect(askForParquet(page, file, 1, { workMs: 60_000, signal })).rejects.toBe(refused);
  const left = askForParquet(page, file, 1, { workMs: 60_000, signal: AbortSignal.abort(refused) });
  await expect(left).rejects.toBe(refused);
  page.close();
});
