import { randomUUID } from "node:crypto";
import { gatewayHeader, requestIdPattern } from "@front-door/operations";
import type { RequestHandler } from "express";
import type { Caller } from "../sign-in/caller.ts";

declare global {
  // Express's own place to type `res.locals`.
  namespace Express {
    interface Locals {
      requestId: string;
      /** The operation, or the route's own name where there is none. */
      op?: string;
      /** Whoever signed in; undefined before that, and where the route is open. */
      caller?: Caller;
      /** Bytes of the request's body that arrived, where it is a file. */
      bytesIn?: number;
      errorCode?: string;
    }
  }
}

/** Gives every request an id, the caller's own where it has the right shape, and tells the caller. */
export const requestContext: RequestHandler = (req, res, next) => {
  const given = req.headers[gatewayHeader.requestId];
  res.locals.requestId = typeof given === "string" && requestIdPattern.test(given) ? given : randomUUID();
  res.setHeader("X-Request-Id", res.locals.requestId);
  // What an API answers is for this caller and this moment; a route that knows better says so.
  res.setHeader("Cache-Control", "no-store");
  next();
};
