import { lstatSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { ConfigError } from "@front-door/service-runtime";
import { socketFolderRule, socketMode } from "../config/socket-folder.ts";

/**
 * Prepares for a Unix socket at `path` that no other user can reach or replace: deletes one that a process left behind,
 * and returns the mode for the new one. Throws a {@link ConfigError} when others can enter the folder, when a process
 * listens there, or when something else has that path.
 */
export async function prepareSocket(path: string): Promise<number> {
  const mode = socketMode(path);
  if (mode === undefined) throw new ConfigError(`GATEWAY_SOCKET ${path} ${socketFolderRule}`);
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present === undefined) return mode;
  if (!present.isSocket()) {
    throw new ConfigError(`GATEWAY_SOCKET ${path} is not a socket: delete it, or set another path`);
  }
  if (await answers(path)) {
    throw new ConfigError(`GATEWAY_SOCKET ${path} is in use: stop what listens there, or set another path`);
  }
  rmSync(path);
  return mode;
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
