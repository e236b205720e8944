import { encodeVolumePath, parseVolumePath } from "@front-door/operations";

/** A checked path of the contract as the Files API's URLs have it: every segment percent-encoded. */
export function encodedPath(path: string): string {
  return encodeVolumePath(parseVolumePath(path));
}

export function fileUrlPath(path: string): string {
  return `/api/2.0/fs/files${encodedPath(path)}`;
}

export function directoryUrlPath(path: string): string {
  return `/api/2.0/fs/directories${encodedPath(path)}`;
}
