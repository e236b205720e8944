import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOutOfReach } from "@front-door/databricks-gateway/socket-folder";

// What every system takes as the path of a Unix socket (`sun_path`).
const pathBytesMax = 103;
const prefix = "front-door-run-";
const socketName = "gateway.sock";

export interface SocketOwners {
  /** The user who listens. */
  readonly uid: number;
  /** The group of the user who connects. */
  readonly gid: number;
}

/**
 * Makes a folder for the Unix socket between the front door and the gateway, and returns the socket's path. The folder is
 * among the system's temporary files, where no other user can enter it or put another in its place. With `owners`, for
 * which this process must be root, it belongs to that user, and the group may enter it. It is removed when this process
 * exits. Throws the system's error when no folder can be made.
 */
export function makeSocketFolder(owners?: SocketOwners): string {
  const act = <Result>(work: () => Result) => (owners === undefined ? work() : actAs(owners, work));
  const folder = act(() => {
    const made = mkdtempSync(join(temporaryFolder(), prefix));
    // The setgid bit gives the socket the folder's group, too.
    if (owners) chmodSync(made, 0o2710);
    return made;
  });
  process.once("exit", () => act(() => rmSync(folder, { recursive: true, force: true })));
  return join(folder, socketName);
}

function temporaryFolder(): string {
  const longest = join(tmpdir(), `${prefix}XXXXXX`, socketName);
  if (Buffer.byteLength(longest) <= pathBytesMax && isOutOfReach(tmpdir())) return tmpdir();
  if (isOutOfReach("/tmp")) return "/tmp";
  throw new Error("Another user could replace what is in /tmp: run chmod 1777 /tmp as root, or set TMPDIR.");
}

/**
 * Acts as another user and group for the time of `work`. In the container root may do this, but not change owners. Linux then
 * counts this process among those whose memory and environment no other process may read without CAP_SYS_PTRACE.
 */
function actAs<Result>({ uid, gid }: SocketOwners, work: () => Result): Result {
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
