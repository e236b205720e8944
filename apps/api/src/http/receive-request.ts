import { randomUUID } from "node:crypto";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { gatewayHeader, requestIdPattern } from "@front-door/operations";
import type { Request, RequestHandler, Response } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import type { AllowedHosts } from "../settings/config.ts";
import type { Limits } from "../settings/limits.ts";
import type { Caller } from "../sign-in/caller.ts";
import { type CrossOriginOptions, checkCrossOrigin } from "./cross-origin.ts";
import { checkHost, checkRequestTarget } from "./request-target.ts";

declare global {
  // Express's own place to type `res.locals`.
  namespace Express {
    interface Locals {
      requestId: string;
      /** The operation, or the route's own name where there is none. */
      op?: string;
      /** Whoever signed in; undefined before that, and where the route is open. */
      caller?: Caller;
      /** Aborted when the caller hangs up before its reply is complete. */
      hangUp?: AbortController;
      /** Bytes of the request's body that arrived, where it is a file. */
      bytesIn?: number;
      errorCode?: string;
    }
  }
}

export interface ReceiveOptions {
  readonly logger: Logger;
  readonly limits: Limits;
  /** Undefined: any host. */
  readonly allowedHosts: AllowedHosts | undefined;
  readonly crossOrigin: CrossOriginOptions;
}

/**
 * What every request goes through, whatever its route: it gets an id and the headers that every reply has, its end is
 * logged, and its host, target and origin are checked. One layer of Express, because each layer costs more than most of
 * what it would do.
 */
export function receiveRequest({
  logger,
  limits,
  allowedHosts,
  crossOrigin,
}: ReceiveOptions): RequestHandler {
  const headers = fixedHeaders();
  return (req, res, next) => {
    const given = req.headers[gatewayHeader.requestId];
    res.locals.requestId = typeof given === "string" && requestIdPattern.test(given) ? given : randomUUID();
    res.setHeaders(headers);
    res.setHeader("X-Request-Id", res.locals.requestId);
    onClosed(req, res, logger);
    checkHost(req, allowedHosts);
    checkRequestTarget(req, limits);
    if (checkCrossOrigin(req, res, crossOrigin) !== "answered") next();
  };
}

/**
 * helmet's headers, and `no-store`: what an API answers is for this caller and this moment, and a route that knows better
 * says so. None of helmet's defaults looks at the request, so it is asked once.
 */
function fixedHeaders(): Map<string, string> {
  const sample = new ServerResponse(new IncomingMessage(new Socket()));
  helmet()(sample.req, sample, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  sample.setHeader("cache-control", "no-store");
  return new Map(Object.entries(sample.getHeaders()).map(([name, value]) => [name, String(value)]));
}

/** Ends what runs for a caller that hung up, and writes one log line. No query, header or body is in it. */
function onClosed(req: Request, res: Response, logger: Logger): void {
  // `ip` is the connection's other end, or what a trusted proxy says of it; it is gone when the connection is.
  const { socket, method, path, ip } = req;
  const startedAt = performance.now();
  const writtenBefore = socket.bytesWritten;
  res.once("close", () => {
    const { requestId, op, caller, bytesIn, errorCode, hangUp } = res.locals;
    const aborted = !res.writableFinished;
    if (aborted) hangUp?.abort();
    const line = {
      request_id: requestId,
      method,
      path,
      client: ip,
      // 499 is what nginx logs for a caller who hung up before there was a status.
      status: aborted && !res.headersSent ? 499 : res.statusCode,
      duration_ms: Math.round((performance.now() - startedAt) * 10) / 10,
      bytes: socket.bytesWritten - writtenBefore,
      op,
      caller: caller?.name,
      bytes_in: bytesIn,
      error_code: errorCode,
      aborted: aborted || undefined,
    };
    logger[levelOf(res)](line, "request");
  });
}

function levelOf(res: Response): "info" | "warn" | "error" {
  if (res.statusCode >= 500) return "error";
  return res.statusCode >= 400 || !res.writableFinished ? "warn" : "info";
}
