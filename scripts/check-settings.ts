import { checkSettings as checkFrontDoor, ownSettings as ofFrontDoor } from "@front-door/api/config";
import {
  checkSettings as checkGateway,
  ownSettings as ofGateway,
} from "@front-door/databricks-gateway/settings";
import { checkSettings as checkLocalWorkspace } from "@front-door/local-workspace/config";
import type { ProcessEnvironments, SettingsFiles } from "./process-environments.ts";

/** All that is wrong with the settings of any process, one line each, before any of them starts. */
export function checkSettings({ problems, api, gateway, localWorkspace }: ProcessEnvironments): string[] {
  const checks = [
    checkFrontDoor(api),
    checkGateway(gateway),
    ...(localWorkspace ? [checkLocalWorkspace(localWorkspace)] : []),
  ];
  const all = [...problems, ...checks.flatMap((check) => check.problems)];
  if (all.length === 0) return [];
  // A name that looks like a slip may be why another is missing. Without a problem the processes log it themselves.
  return [...new Set([...all, ...checks.flatMap((check) => check.warnings)])];
}

/**
 * Settings in the file of the app that does not read them, one line each: a `READ_ONLY=true` there would protect nothing.
 * `DATABRICKS_*` in the front door's file is a notice of the start script's own.
 */
export function misplacedSettings({ api, gateway }: Pick<SettingsFiles, "api" | "gateway">): string[] {
  return [
    ...misplaced(api, ofFrontDoor, ofGateway).map(
      (name) =>
        `${name} in the front door's settings file is the gateway's: move it to apps/databricks-gateway/.env.local`,
    ),
    ...misplaced(gateway, ofGateway, ofFrontDoor).map(
      (name) => `${name} in the gateway's settings file is the front door's: move it to apps/api/.env.local`,
    ),
  ];
}

function misplaced(file: object, own: readonly string[], others: readonly string[]): string[] {
  return Object.keys(file).filter(
    (name) => others.includes(name) && !own.includes(name) && !name.startsWith("DATABRICKS_"),
  );
}
