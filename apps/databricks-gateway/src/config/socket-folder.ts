import { lstatSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

export const socketFolderRule =
  "must be in a folder of this user that nobody else can enter (mkdir -m 700), or only its group (mkdir -m 750), and that nobody else can rename";

/**
 * The mode for a Unix socket at `path`: for this user alone, or for the group too if the group can enter its folder.
 * Undefined if any other user could reach the socket or replace it.
 */
export function socketMode(path: string): 0o600 | 0o660 | undefined {
  try {
    const folder = statSync(dirname(path));
    const isOwn = folder.isDirectory() && folder.uid === process.getuid?.() && isOutOfReach(dirname(path));
    const others = folder.mode & 0o077;
    if (isOwn && others === 0) return 0o600;
    // The group may enter the folder, and read it, but not write to it.
    return isOwn && (others === 0o010 || others === 0o050) ? 0o660 : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether no other user but root can rename or replace what this user has in `folder`: the folder and all above it belong
 * to root or to this user, and nobody else can write to them unless they are sticky, as /tmp is. Throws the system's
 * error if there is no such folder.
 */
export function isOutOfReach(folder: string): boolean {
  return [...andAbove(folder), ...andAbove(realpathSync(folder))].every((path) => {
    const stats = lstatSync(path);
    const isTrusted = stats.uid === 0 || stats.uid === process.geteuid?.();
    const isSticky = (stats.mode & 0o1000) !== 0;
    // The mode of a symbolic link means nothing.
    return isTrusted && (stats.isSymbolicLink() || isSticky || (stats.mode & 0o022) === 0);
  });
}

function andAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...andAbove(parent)];
}
