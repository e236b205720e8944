import { existsSync, mkdirSync, mkdtempSync, rmdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The system's code for why the folder cannot be written to, found by creating it and removing it again. */
export function whyUnusable(dir: string): string | undefined {
  const made: string[] = [];
  try {
    // One by one: `recursive` never returns for a folder below /proc (Node 24).
    for (const folder of missingFolders(dir)) {
      mkdirSync(folder);
      made.push(folder);
    }
    rmdirSync(mkdtempSync(join(dir, "check-")));
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  } finally {
    for (const folder of made.toReversed()) rmdirSync(folder);
  }
}

function missingFolders(dir: string): string[] {
  const folders: string[] = [];
  for (let folder = resolve(dir); !existsSync(folder); folder = dirname(folder)) folders.unshift(folder);
  return folders;
}
