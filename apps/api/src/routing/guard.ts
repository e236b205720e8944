import type { GatewayClient } from "@front-door/gateway-client";
import {
  type FrontDoorOperation,
  frontDoorOperations,
  OperationError,
  operations,
} from "@front-door/operations";
import { type AccessRules, checkFrontDoorOperation } from "@front-door/policy";
import type { Request, Response } from "express";
import { checkCookieOrigin } from "../http/cross-origin.ts";
import type { CallerLimit, FailedSignIns } from "../rate-limit/rate-limit.ts";
import { allows } from "../sign-in/allowed-operations.ts";
import type { Caller } from "../sign-in/caller.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import type { Route } from "./route.ts";

export interface GuardParts {
  readonly signIn: SignIn;
  /** Undefined: no limit. */
  readonly failedSignIns: FailedSignIns | undefined;
  /** Undefined: no limit. */
  readonly callerLimit: CallerLimit | undefined;
  /** Undefined: callers have no rules. */
  readonly access: AccessRules | undefined;
  readonly gateway: Pick<GatewayClient, "checkRoomForCalls">;
}

/** Resolves if the request may run its route, or throws an OperationError. Never reads the body. */
export type Guard = (req: Request, res: Response) => Promise<void>;

export function createGuard(route: Route, parts: GuardParts): Guard {
  const name = route.operation ?? route.operationId;
  const isCall = route.operation !== undefined && operations[route.operation].transfer === "json";
  return async (req, res) => {
    res.locals.op = name;
    if (route.open) {
      if (route.limited) await parts.callerLimit?.(req, res);
      return;
    }
    // First, because it is cheap: under load, cheap refusals leave time for other requests.
    if (isCall) parts.gateway.checkRoomForCalls();
    const caller = await identify(req, res, parts);
    res.locals.caller = caller;
    if (caller.session !== undefined) checkCookieOrigin(req);
    const rule = ruleOf(caller, route, parts);
    await parts.callerLimit?.(req, res, rule?.requestsPerMinute);
    if (rule !== undefined && isOwnOperation(name)) checkFrontDoorOperation(rule.policy, name);
    if (!route.checksOperations && !allows(caller.allowedOperations, name)) {
      throw new OperationError(
        "OPERATION_NOT_ALLOWED",
        name === "put_uc_schema"
          ? "This caller may not use put_uc_schema. To allow it, add it to the operations of the API key or, with API_AUTH=oidc, forwarded or databricks, add the caller to SETTINGS_EDITORS."
          : `This API key does not allow the operation ${name}.`,
      );
    }
  };
}

/** The caller's rule. Throws OPERATION_NOT_ALLOWED if there is none, and IDENTITY_NOT_ALLOWED if nobody can tell which it is. */
function ruleOf({ name, mode, groups }: Caller, route: Route, { access }: GuardParts) {
  if (access === undefined) return undefined;
  if (groups === undefined) {
    // Without some of them, a rule that allows more could be the first that matches.
    throw new OperationError(
      "IDENTITY_NOT_ALLOWED",
      "The JWT leaves out the caller's groups, on which their rights depend, because they are in too many. Let the provider put only the groups of this application into the JWT.",
    );
  }
  const caller = { name, mode, groups };
  // Of what runs at the gateway it says so itself, in its audit log too.
  return route.operation === undefined ? access.ruleOf(caller) : access.find(caller);
}

function isOwnOperation(name: string): name is FrontDoorOperation {
  return Object.hasOwn(frontDoorOperations, name);
}

async function identify(req: Request, res: Response, parts: GuardParts): Promise<Caller> {
  const { signIn, failedSignIns, callerLimit } = parts;
  try {
    return await signIn.signIn(req);
  } catch (error) {
    const credential = signIn.credentialOf(req);
    // Every tab of an office asks so when its session ends. Nobody guesses a credential by it.
    const isSignedOut =
      error instanceof OperationError && (credential === undefined || error.code === "SESSION_ENDED");
    if (isSignedOut) await callerLimit?.(req, res);
    // An unavailable identity provider is not the caller's failure.
    else if (error instanceof OperationError && error.status < 500) failedSignIns?.count(req, credential);
    throw error;
  }
}
