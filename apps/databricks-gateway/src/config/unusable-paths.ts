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
  if (problem !== undefined) report.refuse("AUDIT_LOG", unwritableAuditLog(problem));
  if (socketPath !== undefined && socketMode(socketPath) === undefined) {
    report.refuse("GATEWAY_SOCKET", `${socketPath} ${socketFolderRule}`);
  }
}

export function unwritableAuditLog(code: string): string {
  return `cannot be written (${code}): set it to stdout, off, or a file in a folder that exists`;
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
