import type { FrontDoor } from "@front-door/api-client";
import type { Entry } from "./directory-query.ts";
import type { FileJobRun } from "./file-job-run.ts";
import { isWithin } from "./file-path.ts";
import { forEachFew } from "./for-each.ts";

export interface MoveOrCopy {
  readonly kind: "move" | "copy";
  readonly entries: readonly Entry[];
  /** Where an entry goes. */
  readonly destinationOf: (entry: Entry) => string;
  /** The files that may replace what has their name there. */
  readonly replacing: ReadonlySet<string>;
}

interface Step {
  readonly path: string;
  readonly destination: string;
}

/**
 * Moves or copies files and folders, file by file: Databricks has neither for a folder. What the run has done before is left
 * alone. A folder that was moved is deleted when nothing is left in it. Never rejects: the run has what failed.
 */
export async function moveOrCopy(
  frontDoor: FrontDoor,
  { kind, entries, destinationOf, replacing }: MoveOrCopy,
  run: FileJobRun,
): Promise<void> {
  const { signal } = run;
  /** Each after the one it lies in. */
  const folders: Step[] = [];
  async function* filesOf(entry: Entry): AsyncGenerator<Step> {
    const top = { path: entry.path, destination: destinationOf(entry) };
    if (!entry.is_directory) {
      yield top;
      return;
    }
    const makeFolder = async (step: Step) => {
      await frontDoor.createDirectory({ path: step.destination }, { signal });
      folders.push(step);
    };
    await makeFolder(top);
    for await (const below of frontDoor.listTree({ path: entry.path }, { signal })) {
      const destination = top.destination + below.path.slice(entry.path.length);
      const step = { path: below.path, destination };
      if (below.is_directory) await makeFolder(step);
      else yield step;
    }
  }
  async function* files(): AsyncGenerator<Step> {
    for (const entry of entries) if (!run.isDone(entry.path)) yield* filesOf(entry);
  }
  await forEachFew(files(), run, async ({ path, destination }) => {
    const params = {
      source_path: path,
      destination_path: destination,
      overwrite: replacing.has(path),
    };
    await (kind === "move" ? frontDoor.moveFile(params) : frontDoor.copyFile(params));
  });
  if (kind === "move") await deleteEmptied(frontDoor, folders.toReversed(), run);
}

async function deleteEmptied(frontDoor: FrontDoor, folders: readonly Step[], run: FileJobRun): Promise<void> {
  for (const { path } of folders) {
    if (run.failures.length > 0 || run.signal.aborted) return;
    // Without `recursive`: what somebody wrote into it meanwhile stays.
    await frontDoor.deleteDirectory({ path }).then(
      () => run.done(path),
      (error: unknown) => run.failed(path, error),
    );
  }
}

/** Why entries cannot go to a place. */
export function destinationProblem(
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
