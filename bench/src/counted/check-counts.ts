import { readFileSync } from "node:fs";
import { regressions } from "./compare.ts";
import { type Counts, countWork } from "./count-work.ts";

const baselineFile = new URL("../../baseline.json", import.meta.url);

/**
 * Counts the work for a request and compares it with bench/baseline.json; then once more with every body parsed twice,
 * which has to show. Says what it finds. False when there is a regression, or when the planted one does not show.
 */
export async function checkCounts(say: (line: string) => void): Promise<boolean> {
  const baseline = JSON.parse(readFileSync(baselineFile, "utf8")) as Record<string, Counts>;
  const found = regressions(baseline, await countWork());
  for (const line of found) say(line);
  if (found.length > 0) say("If that is intended, ./scripts/bench.sh --record-counts writes a new baseline.");
  const planted = regressions(baseline, await countWork({ parseTwice: true }));
  const shows = planted.some((line) => line.startsWith("20 KB of JSON, databricks-gateway: bytes of heap"));
  if (!shows) say("The check is blind: a body that is parsed twice is no regression.");
  return found.length === 0 && shows;
}
