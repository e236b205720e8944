const hourMs = 3_600_000;
/** RFC 9110 §5.6.7. The older forms of a date are obsolete. */
const fixdate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long the header `Retry-After` asks to wait, in milliseconds: from 0 to an hour. Undefined unless it is a number of
 * whole seconds or an HTTP date: only a Databricks that means its refusal writes one, so a write is sent again after it.
 */
export function retryAfterMs(header: unknown): number | undefined {
  const text = typeof header === "string" ? header.trim() : "";
  const untilMs = fixdate.test(text) ? Date.parse(text) - Date.now() : Number.NaN;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : untilMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), hourMs);
}

/** The same for our own `Retry-After`: whole seconds, at least one. */
export function retryAfterSecondsOf(header: unknown): number | undefined {
  const ms = retryAfterMs(header);
  return ms === undefined ? undefined : Math.max(Math.ceil(ms / 1_000), 1);
}
