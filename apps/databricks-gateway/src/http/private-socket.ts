import { chmodSync, lstatSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { ConfigError } from "../config/config-error.ts";

/**
 * Makes ready for a Unix socket at `path`: its folder has to be this user's and closed to everybody else, and a socket
 * that a process left there is taken away. Throws a {@link ConfigError} when somebody listens there, or something else
 * is in the place.
 */
export async function prepareSocket(path: string): Promise<void> {
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (!folder?.isDirectory() || folder.uid !== process.getuid?.() || (folder.mode & 0o077) !== 0) {
    throw new ConfigError(
      `GATEWAY_SOCKET: ${dirname(path)} must be a folder of this user that nobody else can enter: mkdir -m 700`,
    );
  }
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present === undefined) return;
  if (!present.isSocket()) throw new ConfigError(`GATEWAY_SOCKET: ${path} is there and is no socket`);
  if (await answers(path)) {
    throw new ConfigError(`GATEWAY_SOCKET ${path} is taken: stop what listens there, or set another path`);
  }
  rmSync(path);
}

/** Only this user may connect, whatever the umask. */
export function closeToOthers(path: string): void {
  chmodSync(path, 0o600);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
