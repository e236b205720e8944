import { OperationError } from "@front-door/operations";
import type { Request, Response } from "express";

const allowedMethods = "GET, HEAD, POST, PUT, DELETE";
const allowedHeaders = [
  "Authorization",
  "X-Api-Key",
  "X-Request-Id",
  "Content-Type",
  "Range",
  "If-Range",
  "If-Match",
  "If-None-Match",
  "If-Modified-Since",
  "If-Unmodified-Since",
].join(", ");
/** What a page may read beside the few headers that every page may. */
const exposedHeaders = [
  "X-Request-Id",
  "Allow",
  "Accept-Ranges",
  "Content-Disposition",
  "Content-Length",
  "Content-Range",
  "ETag",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "WWW-Authenticate",
].join(", ");
const preflightSeconds = 600;

export interface CrossOriginOptions {
  readonly origins: readonly string[];
  /** Whether a proxy signs callers in by a cookie, which pages of other origins send only when they may. */
  readonly cookies: boolean;
}

/**
 * What web pages of other origins may do. One decision about the origin gives the CORS headers and refuses, with
 * ORIGIN_NOT_ALLOWED, what would change something: a form needs no permission of CORS to send, only to read the answer.
 * Preflights are answered here, before any sign-in, because browsers send no credential with them. (The `cors` package
 * answers every OPTIONS itself, and refuses nothing: docs/decisions/0007-cors.md.)
 */
export function checkCrossOrigin(
  req: Request,
  res: Response,
  { origins, cookies }: CrossOriginOptions,
): "answered" | undefined {
  const { origin } = req.headers;
  if (origins.length > 0) res.vary("Origin");
  const configured = origin !== undefined && origins.includes(origin);
  if (configured) allowReading(res, origin, cookies);
  const foreign = !configured && isForeign(req);
  const preflight = req.method === "OPTIONS" && req.headers["access-control-request-method"] !== undefined;
  if (foreign && (preflight || changesSomething(req))) {
    throw new OperationError(
      "ORIGIN_NOT_ALLOWED",
      "The request comes from a web page of another origin. Add the origin to CORS_ORIGINS to allow it.",
    );
  }
  if (!preflight || !configured) return undefined;
  res.setHeader("Access-Control-Allow-Methods", allowedMethods);
  res.setHeader("Access-Control-Allow-Headers", allowedHeaders);
  res.setHeader("Access-Control-Max-Age", String(preflightSeconds));
  res.status(204).end();
  return "answered";
}

function allowReading(res: Response, origin: string, cookies: boolean): void {
  res.setHeader("Access-Control-Allow-Origin", origin);
  res.setHeader("Access-Control-Expose-Headers", exposedHeaders);
  if (cookies) res.setHeader("Access-Control-Allow-Credentials", "true");
}

function changesSomething({ method }: Request): boolean {
  return !["GET", "HEAD", "OPTIONS"].includes(method);
}

/** Only browsers send these headers, and no page can choose what stands in them. */
function isForeign(req: Request): boolean {
  const { origin } = req.headers;
  if (origin !== undefined) return !isOwn(req, origin);
  const site = req.headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

function isOwn(req: Request, origin: string): boolean {
  const url = URL.parse(origin);
  if (url === null || url.host !== hostOf(req, url.protocol)) return false;
  // A page that came without TLS can be anybody's; Express knows the protocol of a trusted proxy.
  return url.protocol === "https:" || req.protocol !== "https";
}

/** The `Host` header as a URL has it: in lower case, and without the port that the protocol implies. */
function hostOf({ headers: { host = "" } }: Request, protocol: string): string | undefined {
  return URL.parse(`${protocol}//${host}`)?.host;
}
