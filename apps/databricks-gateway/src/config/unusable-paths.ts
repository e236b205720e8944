import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { problemOfAccessFile } from "@front-door/policy";
import { codeOf, readRegularFile, type SettingsReport } from "@front-door/service-runtime";
import { problemOfPrincipalsFile } from "./principals-file.ts";
import type { Settings } from "./settings.ts";
import { socketFolderRule, socketMode } from "./socket-folder.ts";

/** Reports an audit file and a socket that the gateway could not create, and a token file, a file of service principals and an access file that it could not read. */
export function refuseUnusablePaths(
  {
    AUDIT_LOG: log,
    GATEWAY_SOCKET: socketPath,
    DATABRICKS_OIDC_TOKEN_FILEPATH: tokenFile,
    OIDC_PRINCIPALS_FILE: principalsFile,
    ACCESS_FILE: accessFile,
  }: Settings,
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
  const unreadable = tokenFile === undefined ? undefined : whyUnreadable(tokenFile);
  if (unreadable !== undefined) {
    const advice = "mount the file, or make it readable";
    report.refuse("DATABRICKS_OIDC_TOKEN_FILEPATH", `cannot be read (${unreadable}): ${advice}`);
  }
  const unusable = principalsFile === undefined ? undefined : problemOfPrincipalsFile(principalsFile);
  if (unusable !== undefined) report.refuse("OIDC_PRINCIPALS_FILE", unusable);
  const broken = accessFile === undefined ? undefined : problemOfAccessFile(accessFile);
  if (broken !== undefined) report.refuse("ACCESS_FILE", broken);
}

/** The system's code for why a file cannot be read. */
function whyUnreadable(file: string): string | undefined {
  try {
    readRegularFile(file);
    return undefined;
  } catch (error) {
    return codeOf(error);
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
