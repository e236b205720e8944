import type { RunView } from "./query-run.ts";

/** `0.3 s`, `1 min 12 s`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function rowsText(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? "row" : "rows"}`;
}

/** How a run stands, or how it ended. */
export function phaseWords(phase: RunView["phase"], rowCount: number): string {
  switch (phase) {
    case "running":
      return rowCount === 0 ? "Running" : `${rowsText(rowCount)} so far`;
    case "waiting":
      return "Waiting";
    case "complete":
      return rowsText(rowCount);
    case "partial":
      return `The first ${rowsText(rowCount)}`;
    case "cancelled":
      return rowCount === 0 ? "Cancelled" : `Cancelled after ${rowsText(rowCount)}`;
    case "failed":
      return "Failed";
  }
}
