import { frontDoorKey } from "@front-door/api-client/tanstack-query";
import { queryOptions } from "@tanstack/react-query";
import { frontDoor } from "../shell/front-door.ts";
import type { Entry } from "./directory-query.ts";

/** So much of a text is read. */
export const startBytesMax = 1024 * 1024;

export interface FileStart {
  readonly bytes: Uint8Array;
  /** Whether the file goes on. */
  readonly isCut: boolean;
}

/** The first bytes of a file, as many as `bytesMax`. Another version of the file is another entry of the cache. */
export const fileStartQuery = ({ path, file_size: size = 0, last_modified: time }: Entry, bytesMax: number) =>
  queryOptions({
    queryKey: [...frontDoorKey(frontDoor), "file-start", path, size, time, bytesMax] as const,
    queryFn: async ({ signal }): Promise<FileStart> => {
      // No range of an empty file can be asked for.
      if (size === 0) return { bytes: new Uint8Array(), isCut: false };
      const range = size > bytesMax ? { start: 0, end: bytesMax - 1 } : {};
      const file = await frontDoor.download(path, { ...range, signal });
      return { bytes: await file.bytes(), isCut: size > bytesMax };
    },
    structuralSharing: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
