import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import type { SettingsReport } from "@front-door/service-runtime";
import type { Settings } from "./settings.ts";
import { socketFolderRule, socketMode } from "./socket-folder.ts";

/** Refuses what the gateway could not make at its start: an audit file, or a socket that nobody else can reach. */
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

/** The system's code for why a file can neither be written nor made; it is not made here. */
function whyUnwritable(file: string): string | undefined {
  const present = statSync(file, { throwIfNoEntry: false });
  if (present?.isDirectory()) return "EISDIR";
  try {
    accessSync(present ? file : dirname(file), constants.W_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unknown";
  }
}
