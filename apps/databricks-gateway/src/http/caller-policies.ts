import { OperationError } from "@front-door/operations";
import { type AccessCaller, AccessRules, type Policy } from "@front-door/policy";
import type { Logger } from "pino";
import type { AuditedRequest } from "../audit/audit-log.ts";
import type { Identity } from "../auth/identity.ts";

/** The policies that each caller's operations must be within. All of them must allow one. */
export class CallerPolicies {
  readonly installation: Policy;
  readonly #rules: AccessRules | undefined;

  /** Throws if the access file cannot be read. */
  constructor(installation: Policy, accessFile: string | undefined, logger: Logger) {
    this.installation = installation;
    this.#rules = accessFile === undefined ? undefined : new AccessRules(accessFile, logger);
  }

  /** Throws OPERATION_NOT_ALLOWED for a caller for whom there is no rule. */
  of(request: AuditedRequest, who?: Identity): readonly Policy[] {
    checkBothHaveOne(request, this.#rules !== undefined);
    if (this.#rules === undefined) return [this.installation];
    return [this.installation, this.#rules.ruleOf(callerOf(request, who)).policy];
  }

  close(): void {
    this.#rules?.close();
  }
}

/**
 * A front door with an access file names the groups of every caller, if there are none, too. Without the gateway's file its
 * rules would hold for nobody; without its own, a caller's groups are unknown, and a rule that allows more could be the first
 * that matches.
 */
function checkBothHaveOne({ callerMode, callerGroups }: AuditedRequest, hasRules: boolean): void {
  const frontDoorHasOne = callerGroups !== undefined;
  if (frontDoorHasOne === hasRules || (!frontDoorHasOne && callerMode === undefined)) return;
  const [one, other] = hasRules ? ["gateway", "front door"] : ["front door", "gateway"];
  const message = `The ${one} has an ACCESS_FILE, and the ${other} has none: set it for both.`;
  throw new OperationError("NOT_IMPLEMENTED", message);
}

/** A session says itself whose it is. All else is known from the front door, or whoever else has GATEWAY_SECRET. */
function callerOf({ caller, callerMode, callerGroups = [] }: AuditedRequest, who?: Identity): AccessCaller {
  if (who?.kind === "session") return { mode: "databricks", name: who.userName, groups: who.groups };
  return { mode: callerMode ?? "internal", name: caller ?? "internal", groups: callerGroups };
}
