import type { TransferCounts } from "./transfer-counts.ts";

const refreshMs = 200;
const barWidth = 24;

/** Shows how far a transfer is, on a terminal only. Call the returned function at the end: it removes the line. */
export function showProgress(counts: TransferCounts, terminal = process.stderr): () => void {
  if (!terminal.isTTY) return () => undefined;
  const began = performance.now();
  const timer = setInterval(() => {
    terminal.write(`\r\u001b[K${progressLine(counts, performance.now() - began)}`);
  }, refreshMs);
  return () => {
    clearInterval(timer);
    terminal.write("\r\u001b[K");
  };
}

/** `[=====     ] 21%  12/1,000 files  1.2 of 5.7 MB  3.1 MB/s` */
export function progressLine(counts: TransferCounts, elapsedMs: number): string {
  const { found, done, bytesFound, bytesMoved, bytesUnchanged } = counts;
  const share = bytesFound === 0 ? 0 : Math.min(1, (bytesMoved + bytesUnchanged) / bytesFound);
  const bar = "=".repeat(Math.round(share * barWidth)).padEnd(barWidth);
  const speed = `${inBytes(bytesMoved / Math.max(elapsedMs / 1_000, 0.001))}/s`;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const files = `${done.toLocaleString("en")}/${found.toLocaleString("en")} files`;
  return `[${bar}]${percent}  ${files}  ${inBytes(bytesMoved + bytesUnchanged)} of ${inBytes(bytesFound)}  ${speed}`;
}

const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** `1.2 MB`: decimal units, as disks and networks are sold. */
export function inBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1_000 ** power;
  return `${power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
