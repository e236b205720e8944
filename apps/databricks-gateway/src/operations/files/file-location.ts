import { encodeVolumePath, parseVolumePath } from "@front-door/operations";

/** A checked path as a URL of the Files API has it: every segment percent-encoded. */
export function encodedPath(path: string): string {
  return encodeVolumePath(parseVolumePath(path));
}

export function fileUrlPath(path: string): string {
  return `/api/2.0/fs/files${encodedPath(path)}`;
}
