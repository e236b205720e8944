import { statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * The mode for a Unix socket at `path`: for this user alone, or for the group too where its folder lets the group in.
 * Undefined when another user could reach the socket or put another one in its place.
 */
export function socketMode(path: string): 0o600 | 0o660 | undefined {
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (!folder?.isDirectory() || folder.uid !== process.getuid?.()) return undefined;
  switch (folder.mode & 0o077) {
    case 0o000:
      return 0o600;
    case 0o010:
    case 0o050:
      return 0o660;
    default:
      return undefined;
  }
}

export const socketFolderRule =
  "must be in a folder of this user that nobody else can enter (mkdir -m 700), or its group alone (mkdir -m 750)";
