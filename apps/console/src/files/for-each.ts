import type { FileJobRun } from "./file-job-run.ts";

const parallelMax = 4;

/**
 * Acts on each item that is not done yet, some at a time, until all are done or the run is stopped. What fails is a failure of the
 * run; if the items themselves fail, so does the rest of them. Never rejects.
 */
export async function forEachFew<Item extends { readonly path: string }>(
  items: Iterable<Item> | AsyncIterable<Item>,
  run: FileJobRun,
  act: (item: Item) => Promise<unknown>,
): Promise<void> {
  const each = iteratorOf(items);
  const work = async () => {
    for (;;) {
      const next = await each.next();
      if (next.done === true || run.signal.aborted) return;
      const { path } = next.value;
      if (run.isDone(path)) continue;
      await act(next.value).then(
        () => run.done(path),
        (error: unknown) => run.failed(path, error),
      );
    }
  };
  const isOfNoFile = (error: unknown) => run.failed("", error);
  await Promise.all(Array.from({ length: parallelMax }, async () => work().catch(isOfNoFile)));
}

async function* iteratorOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
