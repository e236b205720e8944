import { randomUUID } from "node:crypto";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { gatewayHeader, requestIdPattern } from "@front-door/operations";
import type { RequestSpan } from "@front-door/service-runtime";
import type { Request, RequestHandler, Response } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import type { AllowedHosts } from "../settings/config.ts";
import type { Limits } from "../settings/limits.ts";
import type { Caller } from "../sign-in/caller.ts";
import { type CrossOriginOptions, checkCrossOrigin } from "./cross-origin.ts";
import { checkTransferEncoding } from "./request-body-headers.ts";
import { checkHost, checkRequestTarget } from "./request-target.ts";

declare global {
  // Express's own place to type `res.locals`.
  namespace Express {
    interface Locals {
      requestId: string;
      /** When it arrived, of `performance.now()`. */
      startedAt: number;
      /** The operation, or the name of a route without one. */
      op?: string;
      /** Undefined until the caller has signed in, and on open routes. */
      caller?: Caller;
      /** Aborted if the caller hangs up before its reply is complete. */
      hangUp?: AbortController;
      /** Of the web page whose request was refused. */
      origin?: string | undefined;
      /** Bytes of an upload that arrived. */
      bytesIn?: number;
      errorCode?: string;
      /** Where traces are exported. */
      span?: RequestSpan;
    }
  }
}

/** Is told of each request: what measures it, and what traces it. */
export interface RequestObserver {
  started(request: Request, response: Response): void;
  ended(request: EndedRequest, locals: Readonly<Express.Locals>): void;
}

interface EndedRequest {
  readonly method: string;
  readonly op: string | undefined;
  /** The path of the route, with the names of its parameters. */
  readonly route: string | undefined;
  readonly caller: Caller | undefined;
  readonly errorCode: string | undefined;
  /** Of an upload. */
  readonly bytesIn: number | undefined;
  readonly status: number;
  readonly durationMs: number;
  readonly bytesOut: number;
}

export interface ReceiveOptions {
  readonly logger: Logger;
  readonly limits: Limits;
  /** Undefined: any host. */
  readonly allowedHosts: AllowedHosts | undefined;
  readonly crossOrigin: CrossOriginOptions;
  readonly observers: readonly RequestObserver[];
}

/**
 * Gives every request an id and the headers of every reply, logs its end, and checks its host, target and origin. One
 * Express layer, because a layer costs more than most of these steps.
 */
export function receiveRequest({
  logger,
  limits,
  allowedHosts,
  crossOrigin,
  observers,
}: ReceiveOptions): RequestHandler {
  const headers = fixedHeaders();
  return (req, res, next) => {
    const given = req.headers[gatewayHeader.requestId];
    res.locals.requestId = typeof given === "string" && requestIdPattern.test(given) ? given : randomUUID();
    res.locals.startedAt = performance.now();
    res.setHeaders(headers);
    res.setHeader("X-Request-Id", res.locals.requestId);
    onClosed(req, res, logger, observers);
    checkHost(req, allowedHosts);
    checkRequestTarget(req, limits);
    checkTransferEncoding(req);
    if (checkCrossOrigin(req, res, crossOrigin) !== "answered") next();
  };
}

/** helmet's headers, and `no-store` by default. helmet's headers do not depend on the request, so it runs once. */
function fixedHeaders(): Map<string, string> {
  const sample = new ServerResponse(new IncomingMessage(new Socket()));
  helmet()(sample.req, sample, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  sample.setHeader("cache-control", "no-store");
  return new Map(Object.entries(sample.getHeaders()).map(([name, value]) => [name, String(value)]));
}

/** Cancels what runs for a caller that hung up, and writes one log line without query, headers or body. */
function onClosed(req: Request, res: Response, logger: Logger, observers: readonly RequestObserver[]): void {
  // `ip` is the client's address, which a trusted proxy may name. It must be read while the connection is open.
  const { socket, method, path, ip } = req;
  const writtenBefore = socket.bytesWritten;
  for (const observer of observers) observer.started(req, res);
  res.once("close", () => {
    const { requestId, startedAt, op, caller, origin, bytesIn, errorCode, hangUp, span } = res.locals;
    const aborted = !res.writableFinished;
    if (aborted) hangUp?.abort();
    // nginx logs 499 too if a caller hangs up before there is a status.
    const status = aborted && !res.headersSent ? 499 : res.statusCode;
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    const bytesOut = socket.bytesWritten - writtenBefore;
    const line = {
      request_id: requestId,
      trace_id: span?.traceId,
      method,
      path,
      client: ip,
      status,
      duration_ms: durationMs,
      bytes: bytesOut,
      op,
      caller: caller?.name,
      origin,
      bytes_in: bytesIn,
      error_code: errorCode,
      aborted: aborted || undefined,
    };
    logger[levelOf(res)](line, "request");
    const route = (req.route as { readonly path?: string } | undefined)?.path;
    const ended = { method, op, route, caller, errorCode, bytesIn, status, durationMs, bytesOut };
    for (const observer of observers) observer.ended(ended, res.locals);
  });
}

function levelOf(res: Response): "info" | "warn" | "error" {
  if (res.statusCode >= 500) return "error";
  return res.statusCode >= 400 || !res.writableFinished ? "warn" : "info";
}
