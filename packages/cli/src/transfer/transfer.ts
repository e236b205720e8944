import { dirname, join } from "node:path";
import type { FrontDoor } from "@front-door/api-client";
import { downloadFile } from "./download-file.ts";
import { localEntry, localTree, makeFolder, partNames } from "./local-files.ts";
import { localName } from "./local-name.ts";
import {
  type Existing,
  joined,
  type OnUnreadable,
  remoteNames,
  remoteTree,
  type TreeEntry,
} from "./remote-files.ts";
import { uploadFile } from "./upload-file.ts";

type Segments = readonly string[];

/** How one file gets from its source to its destination. */
interface FileJob {
  readonly segments: Segments;
  readonly overwrite: boolean;
  readonly onBytes: (count: number) => void;
}

/** One direction of `cp`, between two roots. No segments mean the root itself. */
export interface Transfer {
  /** Everything below the source. `onUnreadable` hears of what cannot be read; the source itself throws. */
  tree(onUnreadable: OnUnreadable): AsyncIterable<TreeEntry>;
  makeDirectory(segments: Segments): Promise<void>;
  /** Finds what is in a directory of the destination, by name. */
  lookIn(directory: Segments): Promise<(name: string) => Promise<Existing | undefined>>;
  /** Whether the destination can only be what the source is now. */
  isUnchanged(source: Existing, destination: Existing): boolean;
  copy(job: FileJob): Promise<void>;
  /** For messages. */
  sourceOf(segments: Segments): string;
  destinationOf(segments: Segments): string;
}

export interface TransferEnds {
  readonly client: FrontDoor;
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
}

export function uploadTransfer(
  { client, from, to, signal }: TransferEnds,
  leftOut: (path: string, why: string) => void,
): Transfer {
  const sourceOf = (segments: Segments) => join(from, ...segments);
  const destinationOf = (segments: Segments) => joined(to, segments);
  return {
    sourceOf,
    destinationOf,
    tree: (onUnreadable) => localTree(from, leftOut, onUnreadable),
    async makeDirectory(segments) {
      await client.createDirectory({ path: destinationOf(segments) }, { signal });
    },
    async lookIn(directory) {
      const names = await remoteNames(client, destinationOf(directory), signal);
      return async (name) => names.get(name);
    },
    isUnchanged: wasWrittenSince,
    async copy({ segments, ...job }) {
      await uploadFile(client, { from: sourceOf(segments), to: destinationOf(segments), signal, ...job });
    },
  };
}

export function downloadTransfer({ client, from, to, signal }: TransferEnds): Transfer {
  const sourceOf = (segments: Segments) => joined(from, segments);
  const destinationOf = (segments: Segments) => join(to, ...segments.map((name) => localName(name)));
  const partsIn = onceEach(partNames);
  return {
    sourceOf,
    destinationOf,
    tree: (onUnreadable) => remoteTree(client, from, signal, onUnreadable),
    async makeDirectory(segments) {
      destinationOf(segments);
      await makeFolder(to, segments);
    },
    async lookIn(directory) {
      return async (name) => localEntry(destinationOf([...directory, name]));
    },
    // A download gives the file the time that it has in the workspace, in whole seconds as HTTP has it.
    isUnchanged: (source, destination) =>
      source.size === destination.size && inSeconds(source) === inSeconds(destination),
    async copy({ segments, onBytes }) {
      // A folder that could not be made, or is a link, stops its files too.
      if (segments.length > 1) await makeFolder(to, segments.slice(0, -1));
      const path = destinationOf(segments);
      const parts = await partsIn(dirname(path));
      await downloadFile(client, { from: sourceOf(segments), to: path, parts, signal, onBytes });
    },
  };
}

/** Within the workspace: the bytes do not pass through this machine. */
export function withinTransfer({ client, from, to, signal }: TransferEnds): Transfer {
  const sourceOf = (segments: Segments) => joined(from, segments);
  const destinationOf = (segments: Segments) => joined(to, segments);
  return {
    ...uploadTransfer({ client, from, to, signal }, () => undefined),
    sourceOf,
    tree: (onUnreadable) => remoteTree(client, from, signal, onUnreadable),
    async copy({ segments, overwrite, onBytes }) {
      const copied = await client.copyFile(
        { source_path: sourceOf(segments), destination_path: destinationOf(segments), overwrite },
        { signal },
      );
      onBytes(copied.file_size);
    },
  };
}

function wasWrittenSince(source: Existing, destination: Existing): boolean {
  const { modifiedMs: written } = destination;
  const { modifiedMs: changed } = source;
  return (
    source.size === destination.size && written !== undefined && changed !== undefined && written >= changed
  );
}

function inSeconds({ modifiedMs }: Existing): number {
  return modifiedMs === undefined ? Number.NaN : Math.floor(modifiedMs / 1_000);
}

/** Asks once for each path, so that a folder of many files is not read for each of them. */
function onceEach<Found>(find: (path: string) => Promise<Found>): (path: string) => Promise<Found> {
  const found = new Map<string, Promise<Found>>();
  return async (path) => {
    const known = found.get(path) ?? find(path);
    found.set(path, known);
    return known;
  };
}
