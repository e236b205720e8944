import { lstat, readdir } from "node:fs/promises";
import { LRUCache } from "lru-cache";

const DIRECTORIES_MAX = 32;
/** File systems stamp changes in steps of a few milliseconds: a more recent stamp can hide a change in the same step. */
const SETTLED_MS = 100;

interface Kept {
  stamp: string;
  names: string[];
}

/** Caches the sorted names of directories that are being listed, so that a page does not read the whole directory. */
export class SortedNames {
  readonly #kept = new LRUCache<string, Kept>({ max: DIRECTORIES_MAX });

  async of(directory: string): Promise<string[]> {
    const stats = await lstat(directory, { bigint: true });
    const stamp = `${stats.ino} ${stats.mtimeNs} ${stats.ctimeNs}`;
    const kept = this.#kept.get(directory);
    if (kept?.stamp === stamp) return kept.names;
    const settled = Date.now() - Number(stats.ctimeNs / 1_000_000n) > SETTLED_MS;
    const names = (await readdir(directory)).toSorted();
    if (settled) this.#kept.set(directory, { stamp, names });
    return names;
  }
}
