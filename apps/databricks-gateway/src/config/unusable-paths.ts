import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf, type SettingsReport } from "@front-door/service-runtime";
import type { Settings } from "./settings.ts";
import { socketFolderRule, socketMode } from "./socket-folder.ts";

/** Reports an audit file and a socket that the gateway could not create. */
export function refuseUnusablePaths(
  { AUDIT_LOG: log, GATEWAY_SOCKET: socketPath }: Settings,
  report: SettingsReport,
): void {
  const problem = log === "stdout" || log === "off" ? undefined : whyUnwritable(log);
  if (problem !== undefined) {
    const advice = "set it to stdout, off, or a file in a folder that exists";
    report.refuse("AUDIT_LOG", `cannot be written (${problem}): ${advice}`);
  }
  if (socketPath !== undefined && socketMode(socketPath) === undefined) {
    report.refuse("GATEWAY_SOCKET", `${socketPath} ${socketFolderRule}`);
  }
}

/** The system's code for why a file can be neither written nor created. Creates nothing. */
function whyUnwritable(file: string): string | undefined {
  try {
    const present = statSync(file, { throwIfNoEntry: false });
    if (present?.isDirectory()) return "EISDIR";
    accessSync(present ? file : dirname(file), constants.W_OK);
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}
