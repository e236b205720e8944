import { checkSettings as checkFrontDoor } from "@front-door/api/config";
import { checkSettings as checkGateway } from "@front-door/databricks-gateway/settings";
import { checkSettings as checkLocalWorkspace } from "@front-door/local-workspace/config";
import type { ProcessEnvironments } from "./process-environments.ts";

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
