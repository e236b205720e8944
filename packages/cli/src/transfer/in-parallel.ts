import { setTimeout as sleep } from "node:timers/promises";

export interface ParallelLimits {
  /** How many at a time. */
  readonly parallel: number;
  /** How many may begin in a second. */
  readonly perSecond: number;
}

/** Does the work for each item. After a failure none begins any more; throws it once those under way have ended. */
export async function inParallel<Item>(
  items: AsyncIterable<Item>,
  { parallel, perSecond }: ParallelLimits,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  // Its calls of `next` may overlap: an async generator answers them in their order.
  const iterator = items[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  let nextStart = 0;
  const worker = async () => {
    while (failures.length === 0) {
      const { done, value } = await iterator.next();
      if (done === true) return;
      const now = performance.now();
      nextStart = Math.max(now, nextStart + 1_000 / perSecond);
      if (nextStart > now) await sleep(nextStart - now);
      await work(value);
    }
  };
  const workers = Array.from({ length: parallel }, async () =>
    worker().catch((error: unknown) => {
      failures.push(error);
    }),
  );
  await Promise.all(workers);
  await iterator.return?.();
  if (failures.length > 0) throw failures[0];
}
