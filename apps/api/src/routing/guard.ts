import type { GatewayClient } from "@front-door/gateway-client";
import { OperationError, operations } from "@front-door/operations";
import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import type { FailedSignIns } from "../rate-limit/rate-limit.ts";
import { allows } from "../sign-in/allowed-operations.ts";
import type { Caller } from "../sign-in/caller.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import type { Route } from "./route.ts";

export interface Admission {
  readonly signIn: SignIn;
  /** Undefined: no limit. */
  readonly failedSignIns: FailedSignIns | undefined;
  readonly limitCallers: RequestHandler;
  readonly gateway: Pick<GatewayClient, "checkRoomForCalls">;
  /** What the app answers errors with. */
  readonly errorReply: ErrorRequestHandler;
}

/** What stands between a request and its route, from its headers alone: no byte of a body is read before. */
export function admit(route: Route, admission: Admission): RequestHandler[] {
  const name = route.operation ?? route.operationId;
  const nameIt: RequestHandler = (_req, res, next) => {
    res.locals.op = name;
    next();
  };
  if (route.open) return [nameIt];
  const isCall = route.operation !== undefined && operations[route.operation].transfer === "json";
  // Before anything that costs more: under load it is what a refusal costs that leaves time for the others.
  const findRoom: RequestHandler = (req, res, next) => {
    try {
      if (isCall) admission.gateway.checkRoomForCalls();
    } catch (error) {
      // Not by way of Express, which would try every route behind this one for an error handler.
      admission.errorReply(error, req, res, next);
      return;
    }
    next();
  };
  const signIn: RequestHandler = async (req, res, next) => {
    res.locals.caller = await identify(req, admission);
    next();
  };
  const mayRun: RequestHandler = (_req, res, next) => {
    if (!allows(res.locals.caller?.allowedOperations, name)) {
      throw new OperationError("OPERATION_NOT_ALLOWED", `The key that was used does not allow ${name}.`);
    }
    next();
  };
  return [nameIt, findRoom, signIn, admission.limitCallers, mayRun];
}

async function identify(req: Request, { signIn, failedSignIns }: Admission): Promise<Caller> {
  await failedSignIns?.check(req);
  try {
    return await signIn.signIn(req);
  } catch (error) {
    // An identity provider that is away is no failure of the caller's.
    if (error instanceof OperationError && error.status < 500) await failedSignIns?.count(req);
    throw error;
  }
}
