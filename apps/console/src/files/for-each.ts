import type { FileFailure } from "./use-file-job.ts";

const parallelMax = 4;

/** Acts on each item, some at a time, until all are done or the signal ends it. Returns what failed. Rejects if the items do. */
export async function forEachFew<Item extends { readonly path: string }>(
  items: Iterable<Item> | AsyncIterable<Item>,
  signal: AbortSignal,
  act: (item: Item) => Promise<unknown>,
): Promise<FileFailure[]> {
  const failed: FileFailure[] = [];
  const each = iteratorOf(items);
  const work = async () => {
    for (;;) {
      const next = await each.next();
      if (next.done === true || signal.aborted) return;
      const { path } = next.value;
      await act(next.value).catch((error: unknown) => {
        failed.push({ path, error: error instanceof Error ? error : new Error(String(error)) });
      });
    }
  };
  await Promise.all(Array.from({ length: parallelMax }, work));
  return failed;
}

async function* iteratorOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
