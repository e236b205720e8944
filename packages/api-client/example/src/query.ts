import type { Cell, FrontDoor } from "@front-door/api-client";
import { element } from "./element.ts";
import { Grid } from "./grid.ts";

const count = element("count");
const stop = element<HTMLButtonElement>("stop");

/** Streams the rows of a query into the grid. */
export async function runQuery(frontDoor: FrontDoor, sql: string): Promise<void> {
  const controller = new AbortController();
  stop.disabled = false;
  stop.addEventListener("click", () => controller.abort(), { once: true });
  try {
    const stream = await frontDoor.executeQuery({ sql }, { signal: controller.signal }).stream();
    const rows: Cell[][] = [];
    const grid = new Grid(
      stream.columns.map(({ name }) => name),
      rows,
    );
    count.textContent = "0 rows";
    let shownAt = 0;
    for await (const batch of stream.batches()) {
      for (const row of batch) rows.push(row);
      // Ten times a second is enough for a person, and leaves the page time for everything else.
      if (performance.now() - shownAt < 100) continue;
      grid.show();
      count.textContent = `${rows.length} rows so far`;
      await new Promise((resolve) => setTimeout(resolve));
      shownAt = performance.now();
    }
    grid.show();
    count.textContent = `${rows.length} rows${stream.summary?.truncated === true ? ", and there are more" : ""}`;
  } finally {
    stop.disabled = true;
  }
}
