import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * helmet's headers. None of its defaults looks at the request, so it is asked once, and each reply gets what it said
 * without a call of each of its functions.
 */
export function securityHeaders(): RequestHandler {
  const request = new IncomingMessage(new Socket());
  const sample = new ServerResponse(request);
  helmet()(request, sample, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  const headers = new Map(Object.entries(sample.getHeaders()).map(([name, value]) => [name, String(value)]));
  return (_req, res, next) => {
    res.setHeaders(headers);
    next();
  };
}
