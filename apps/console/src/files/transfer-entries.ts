import type { FrontDoor } from "@front-door/api-client";
import type { Entry } from "./directory-query.ts";
import { isWithin } from "./file-path.ts";
import { forEachFew } from "./for-each.ts";
import type { FileFailure } from "./use-file-job.ts";

export interface Transfer {
  readonly kind: "move" | "copy";
  readonly entries: readonly Entry[];
  /** Where an entry goes. */
  readonly destinationOf: (entry: Entry) => string;
  readonly overwrite: boolean;
  /** If given, nothing but these files. */
  readonly only?: ReadonlySet<string> | undefined;
}

interface Step {
  readonly path: string;
  readonly destination: string;
}

/**
 * Moves or copies files and folders, file by file: Databricks has neither for a folder. Returns the files that failed. A folder
 * that was moved is deleted when nothing is left in it.
 */
export async function transferEntries(
  frontDoor: FrontDoor,
  { kind, entries, destinationOf, overwrite, only }: Transfer,
  signal: AbortSignal,
  onFile: () => void,
): Promise<readonly FileFailure[]> {
  /** Each after the one it lies in. */
  const emptied: Step[] = [];
  async function* steps(): AsyncGenerator<Step> {
    for (const entry of entries) {
      const destination = destinationOf(entry);
      if (!entry.is_directory) {
        yield { path: entry.path, destination };
        continue;
      }
      const placeOf = (path: string) => destination + path.slice(entry.path.length);
      await frontDoor.createDirectory({ path: destination }, { signal });
      emptied.push({ path: entry.path, destination });
      for await (const below of frontDoor.listTree({ path: entry.path }, { signal })) {
        const step = { path: below.path, destination: placeOf(below.path) };
        if (!below.is_directory) yield step;
        else {
          await frontDoor.createDirectory({ path: step.destination }, { signal });
          emptied.push(step);
        }
      }
    }
  }
  const failed = await forEachFew(steps(), signal, async ({ path, destination }) => {
    if (only?.has(path) === false) return;
    const params = { source_path: path, destination_path: destination, overwrite };
    await (kind === "move" ? frontDoor.moveFile(params) : frontDoor.copyFile(params));
    onFile();
  });
  if (kind === "copy" || failed.length > 0 || signal.aborted) return failed;
  for (const { path } of emptied.toReversed()) {
    // Without `recursive`: what somebody wrote into it meanwhile stays.
    await frontDoor.deleteDirectory({ path });
  }
  return [];
}

/** Why entries cannot go into a folder. */
export function transferProblem(
  entries: readonly Entry[],
  destinationOf: (entry: Entry) => string,
): string | undefined {
  for (const entry of entries) {
    const destination = destinationOf(entry);
    if (destination === entry.path) return `${entry.name} is there already.`;
    if (entry.is_directory && isWithin(destination, entry.path))
      return `${entry.name} cannot go into itself.`;
  }
  return undefined;
}
