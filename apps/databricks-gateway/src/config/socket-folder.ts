import { statSync } from "node:fs";
import { dirname } from "node:path";

export const socketFolderRule =
  "must be in a folder of this user that nobody else can enter (mkdir -m 700), or only its group (mkdir -m 750)";

/**
 * The mode for a Unix socket at `path`: for this user alone, or for the group too if the group can enter its folder.
 * Undefined if any other user could reach the socket or replace it.
 */
export function socketMode(path: string): 0o600 | 0o660 | undefined {
  try {
    const folder = statSync(dirname(path));
    const isOwn = folder.isDirectory() && folder.uid === process.getuid?.();
    const others = folder.mode & 0o077;
    if (isOwn && others === 0) return 0o600;
    // The group may enter the folder, and read it, but not write to it.
    return isOwn && (others === 0o010 || others === 0o050) ? 0o660 : undefined;
  } catch {
    return undefined;
  }
}
