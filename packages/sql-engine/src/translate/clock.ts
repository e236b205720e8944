import { macro } from "../duckdb/macros.ts";
import { quoteText } from "../duckdb/quote.ts";
import { sessionMode } from "../session-mode.ts";
import { TIMESTAMP_NTZ } from "../types/data-type.ts";
import { type Typed, typed } from "./typed.ts";

/*
 * DuckDB's connections stay in UTC. An instant (TIMESTAMP WITH TIME ZONE) becomes the session's clock (TIMESTAMP), and the
 * reverse, only by what is written here. So a time zone cannot pass from one session to another.
 */

/** Whether an instant and the session's clock are the same. */
export const isUtc = (): boolean => sessionMode().zone.offsetMicros === 0;

/** An instant as the time of the session's clock, and any other value unchanged. */
export function onClock(value: Typed): Typed {
  return value.type.kind === "timestamp" && !isUtc() ? typed(toClock(value.sql), TIMESTAMP_NTZ) : value;
}

/** What the session's clock shows at an instant. */
export function toClock(sql: string): string {
  const { id, offsetMicros } = sessionMode().zone;
  if (offsetMicros === 0) return `CAST(${sql} AS TIMESTAMP)`;
  if (offsetMicros === undefined) return `timezone(${quoteText(id)}, ${sql})`;
  return `(CAST(${sql} AS TIMESTAMP) + to_microseconds(${offsetMicros}))`;
}

/**
 * The instant at which the session's clock shows a time, as java.time has it: the earlier of two, and in a gap the time that is
 * as much later as the gap is long.
 */
export function toInstant(sql: string): string {
  const { id, offsetMicros } = sessionMode().zone;
  if (offsetMicros === 0) return `CAST(${sql} AS TIMESTAMP WITH TIME ZONE)`;
  if (offsetMicros === undefined) return macro("instant_in", sql, quoteText(id));
  return `CAST(${sql} - to_microseconds(${offsetMicros}) AS TIMESTAMP WITH TIME ZONE)`;
}

/** The instant after a change of the clock. Of two it is the one with the offset of the instant before. */
export function changeClock(instant: string, change: (clock: string) => string): string {
  const { id, offsetMicros } = sessionMode().zone;
  if (offsetMicros === 0) return `CAST(${change(instant)} AS TIMESTAMP WITH TIME ZONE)`;
  if (offsetMicros !== undefined) return toInstant(change(toClock(instant)));
  return macro("instant_after", instant, change(toClock(instant)), quoteText(id));
}

export const today = (): string => (isUtc() ? "current_date" : `CAST(${toClock("now()")} AS DATE)`);
