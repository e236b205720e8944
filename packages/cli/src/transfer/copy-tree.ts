import { failsForAll } from "./fails-for-all.ts";
import { inParallel, type ParallelLimits } from "./in-parallel.ts";
import type { Existing, TreeEntry } from "./remote-files.ts";
import type { Transfer } from "./transfer.ts";
import type { TransferCounts } from "./transfer-counts.ts";

export interface CopyOptions extends ParallelLimits {
  readonly overwrite: boolean;
  readonly counts: TransferCounts;
  /** Hears of each file and directory that failed. The others go on. */
  readonly onFailure: (what: string, error: unknown) => void;
  readonly onCopied: (from: string, to: string) => void;
  readonly signal: AbortSignal;
}

interface FileToCopy {
  readonly entry: TreeEntry;
  readonly existing: () => Promise<Existing | undefined>;
}

/**
 * Copies a tree. What is unchanged at the destination stays, so the same call again goes on where another one ended.
 * Throws only if nothing more can succeed: no connection, no permission to call, an abort.
 */
export async function copyTree(transfer: Transfer, options: CopyOptions): Promise<void> {
  await transfer.makeDirectory([]);
  await inParallel(filesOf(transfer, options), options, async (file) => copyOne(transfer, file, options));
}

/** Copies the source itself, which is a file. */
export async function copyFile(
  transfer: Transfer,
  source: Existing,
  destination: Existing | undefined,
  options: CopyOptions,
): Promise<void> {
  count(options.counts, source);
  await copyOne(transfer, { entry: { segments: [], ...source }, existing: async () => destination }, options);
}

/** The files of the tree, each after its directory was made. */
async function* filesOf(transfer: Transfer, options: CopyOptions): AsyncGenerator<FileToCopy> {
  let directory: string | undefined;
  let find: ReturnType<Transfer["lookIn"]> | undefined;
  const onUnreadable = (segments: readonly string[], error: unknown) =>
    failed(options, transfer.sourceOf(segments), error);
  for await (const entry of transfer.tree(onUnreadable)) {
    const { segments } = entry;
    if (entry.isDirectory) {
      await settle(options, transfer.sourceOf(segments), async () => transfer.makeDirectory(segments));
      continue;
    }
    count(options.counts, entry);
    const parent = segments.slice(0, -1);
    // The files of a directory come one after the other.
    if (find === undefined || directory !== parent.join("/")) {
      directory = parent.join("/");
      find = transfer.lookIn(parent);
      // Each file of the directory awaits it, and fails with it. After an abort none may do so.
      find.catch(() => undefined);
    }
    const look = find;
    yield { entry, existing: async () => (await look)(segments.at(-1) ?? "") };
  }
}

async function copyOne(
  transfer: Transfer,
  { entry, existing }: FileToCopy,
  options: CopyOptions,
): Promise<void> {
  const { counts, overwrite } = options;
  const { segments, size } = entry;
  await settle(options, transfer.sourceOf(segments), async () => {
    const found = await existing();
    if (found !== undefined && !found.isDirectory && transfer.isUnchanged(entry, found)) {
      counts.unchanged += 1;
      counts.bytesUnchanged += size;
      return;
    }
    const to = transfer.destinationOf(segments);
    if (found?.isDirectory === true) throw new Error(`${to} is a directory.`);
    if (found !== undefined && !overwrite) {
      throw new Error(`${to} exists and is not the same file. --overwrite replaces it.`);
    }
    let moved = 0;
    const onBytes = (bytes: number) => {
      moved += bytes;
      counts.bytesMoved += bytes;
    };
    try {
      await transfer.copy({ segments, overwrite, onBytes });
    } catch (error) {
      counts.bytesMoved -= moved;
      throw error;
    }
    counts.copied += 1;
    options.onCopied(transfer.sourceOf(segments), to);
  });
  counts.done += 1;
}

/** A failure of one file leaves the others alone, unless it will be theirs too. */
async function settle(options: CopyOptions, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    failed(options, what, error);
  }
}

function failed({ signal, counts, onFailure }: CopyOptions, what: string, error: unknown): void {
  if (failsForAll(error, signal)) throw error;
  counts.failed += 1;
  onFailure(what, error);
}

function count(counts: TransferCounts, { size }: Existing): void {
  counts.found += 1;
  counts.bytesFound += size;
}
