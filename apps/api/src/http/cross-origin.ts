import { OperationError, operations } from "@front-door/operations";
import { loopbackNames } from "@front-door/service-runtime";
import type { Request, Response } from "express";

const allowedMethods = "GET, HEAD, POST, PUT, DELETE";
const allowedHeaders = [
  "Authorization",
  "X-Api-Key",
  "X-Request-Id",
  "X-Request-Timeout-Ms",
  "Content-Type",
  "Range",
  "If-Range",
  "If-Match",
  "If-None-Match",
  "If-Modified-Since",
  "If-Unmodified-Since",
  // Of the Model Context Protocol, at /mcp.
  "MCP-Protocol-Version",
  "Mcp-Method",
  "Mcp-Name",
  "Mcp-Session-Id",
  // What tracing and older libraries add to every request.
  "Traceparent",
  "Tracestate",
  "X-Requested-With",
].join(", ");
/** Reply headers that a page may read, besides the few that every page may. */
const exposedHeaders = [
  "Mcp-Session-Id",
  "X-Request-Id",
  "Traceresponse",
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
  /** Whether callers sign in with a cookie, which pages of other origins send only if allowed to. */
  readonly cookies: boolean;
  /** Whether browsers reach this server over TLS, whatever a proxy in between says or does not say. */
  readonly secure: boolean;
}

/**
 * Decides what web pages of other origins may do: sends the CORS headers, and refuses requests that would change something
 * with ORIGIN_NOT_ALLOWED, since CORS stops a form only from reading the reply. Preflights are answered here, before any
 * sign-in, because browsers send no credentials with them. (Why not the `cors` package: docs/decisions/0007-cors.md.)
 */
export function checkCrossOrigin(
  req: Request,
  res: Response,
  { origins, cookies, secure }: CrossOriginOptions,
): "answered" | undefined {
  const { origin } = req.headers;
  if (origins.length > 0) res.vary("Origin");
  const configured = origin !== undefined && origins.includes(origin);
  if (configured) allowReading(res, origin, cookies);
  const foreign = !configured && isForeign(req, secure);
  const preflight = req.method === "OPTIONS" && req.headers["access-control-request-method"] !== undefined;
  if (foreign && (preflight || changesSomething(req))) {
    const from = shownOrigin(origin);
    res.locals.origin = from;
    throw new OperationError(
      "ORIGIN_NOT_ALLOWED",
      from === undefined
        ? "The request comes from a web page of another origin. Add the origin to CORS_ORIGINS to allow it."
        : `The request comes from a web page of ${from}, and this server is ${req.headers.host ?? "unnamed"}. To allow it, set CORS_ORIGINS=${from}, or let the proxy in between pass on the Host header.`,
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

const { path: previewPath } = { ...operations.preview_table.route };

/** A preview runs a statement, which starts a stopped warehouse. */
function changesSomething({ method, path }: Request): boolean {
  return !["GET", "HEAD", "OPTIONS"].includes(method) || path === previewPath;
}

/** Browsers alone set these headers, and no page can choose their values. */
function isForeign(req: Request, secure: boolean): boolean {
  const { origin } = req.headers;
  if (origin !== undefined) return !isOwn(req, origin, secure) && !isDevelopmentProxy(req, origin);
  const site = req.headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

function isOwn(req: Request, origin: string, secure: boolean): boolean {
  const url = URL.parse(origin);
  if (url === null || url.host !== hostOf(req, url.protocol)) return false;
  // Anyone could have sent a page that came without TLS. `req.protocol` includes what a trusted proxy says.
  return url.protocol === "https:" || !(secure || req.protocol === "https");
}

/**
 * Whether a proxy on a developer's machine has replaced the `Host`, as Vite's and Next.js's do with `changeOrigin`: the
 * browser itself says that it has sent the request to the page's own origin, and both are this machine. A page of another
 * port that calls here directly is `same-site` to the browser.
 */
function isDevelopmentProxy({ headers: { host = "", ...headers } }: Request, origin: string): boolean {
  const urls = [URL.parse(origin), URL.parse(`http://${host}`)];
  return (
    headers["sec-fetch-site"] === "same-origin" &&
    urls.every((url) => url !== null && loopbackNames.includes(url.hostname))
  );
}

/**
 * Throws ORIGIN_NOT_ALLOWED for a request that would change something with a cookie, unless the browser says that it comes
 * from a page of this origin or of a configured one. (Other origins are refused before: this is about a request without any.)
 */
export function checkCookieOrigin(req: Request): void {
  const { origin, "sec-fetch-site": site } = req.headers;
  if (origin !== undefined || site === "same-origin" || !changesSomething(req)) return;
  throw new OperationError(
    "ORIGIN_NOT_ALLOWED",
    "A request that changes something with a session's cookie must say where it comes from: send the header Origin.",
  );
}

/** The origin, if it is one that could be configured. */
function shownOrigin(origin = ""): string | undefined {
  const url = URL.parse(origin);
  return url !== null && url.origin === origin && origin.length <= 200 ? origin : undefined;
}

/** The `Host` header as in a URL: in lower case and without the default port. */
function hostOf({ headers: { host = "" } }: Request, protocol: string): string | undefined {
  return URL.parse(`${protocol}//${host}`)?.host;
}
