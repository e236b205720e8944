import { openTab } from "./query-tabs.ts";
import type { SampleQuery } from "./sample-queries.ts";
import { startRun } from "./start-run.ts";

/** Runs a sample query in a tab that comes to the front. */
export function openSample({ content }: SampleQuery): void {
  const tabId = openTab(content);
  startRun(tabId, { sql: content.sql, from: 0 }, content.parameters ?? {});
}
