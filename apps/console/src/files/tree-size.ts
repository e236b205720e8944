import { useEffect, useState } from "react";
import { frontDoor } from "../shell/front-door.ts";
import type { Entry } from "./directory-query.ts";

/** What entries have in them, at any depth, themselves among it. */
export interface TreeSize {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  readonly isCounting: boolean;
  readonly error: Error | undefined;
}

const nothing: TreeSize = { files: 0, folders: 0, bytes: 0, isCounting: true, error: undefined };

/** Counts what the entries have in them, which must stay the same array. */
export function useTreeSize(entries: readonly Entry[]): TreeSize {
  const [size, setSize] = useState(nothing);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let sum = nothing;
    const add = (some: readonly Pick<Entry, "is_directory" | "file_size">[]) => {
      sum = some.reduce(plus, sum);
    };
    const count = async () => {
      add(entries);
      for (const { path, is_directory: isDirectory } of entries) {
        if (!isDirectory) continue;
        for await (const lines of frontDoor.listTree({ path }, { signal }).batches()) {
          add(lines);
          setSize(sum);
        }
      }
      setSize({ ...sum, isCounting: false });
    };
    count().catch((error: unknown) => {
      if (!signal.aborted) setSize({ ...sum, isCounting: false, error: error as Error });
    });
    return () => controller.abort();
  }, [entries]);
  return size;
}

function plus(sum: TreeSize, entry: Pick<Entry, "is_directory" | "file_size">): TreeSize {
  return entry.is_directory
    ? { ...sum, folders: sum.folders + 1 }
    : { ...sum, files: sum.files + 1, bytes: sum.bytes + (entry.file_size ?? 0) };
}
