import type { Lane } from "./lane.ts";

/** Asks for a result that is far too large, and hangs up: before the head, or after the first rows. */
export async function hangUp(lane: Lane): Promise<void> {
  const hungUp = new AbortController();
  const early = lane.random.next() < 0.3;
  const timer = early && setTimeout(() => hungUp.abort(), lane.random.between(0, 50));
  try {
    const reply = await fetch(`${lane.product.origin}/api/query`, {
      method: "POST",
      headers: {
        ...lane.headers(lane.mark(), 15_000),
        "content-type": "application/json",
        accept: "application/x-ndjson",
      },
      body: JSON.stringify({ sql: "SELECT id, current_user() AS who FROM range(0, 5000000)" }),
      signal: hungUp.signal,
    });
    let bytes = 0;
    for await (const chunk of reply.body ?? []) {
      bytes += chunk.length;
      if (bytes > 100_000) break;
    }
  } catch {
    // That is what hanging up looks like from here.
  } finally {
    if (timer) clearTimeout(timer);
    hungUp.abort();
  }
  lane.judge.count("hung up: queries");
}
