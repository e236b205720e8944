import { existsSync, globSync, readFileSync } from "node:fs";
import { extname, join, sep } from "node:path";
import type { RequestHandler, Response } from "express";
import { keptDocument } from "./kept-document.ts";

/**
 * Nothing but what this origin serves, and no inline script or style: a page that shows other people's data must not run
 * any of it. There is no upgrade-insecure-requests, which would keep the console from working over plain HTTP.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Where the console has pages. */
const pagePath = /^\/(?:browse|files|query|status|sign-in)(?:\/|$)/;

/**
 * Serves the console's build from a folder, as it is now: its files, and index.html at `/` and at the paths of its pages, for a
 * browser. A build that replaces this one later would not fit to what a browser has of it. Undefined if the folder has no build.
 */
export function consolePages(folder: string): RequestHandler | undefined {
  if (!existsSync(join(folder, "index.html"))) return undefined;
  const files = new Map(
    globSync("**/*.*", { cwd: folder }).flatMap((file) => {
      const path = `/${file.replaceAll(sep, "/")}`;
      const type = types[extname(path)];
      return type === undefined ? [] : [[path, fileOf(folder, path, type)] as const];
    }),
  );
  const page = files.get("/index.html");
  return async (req, res, next) => {
    const { method, path } = req;
    if (method !== "GET" && method !== "HEAD") return next();
    // Programs accept anything, and get the API's 404.
    if (pagePath.test(path)) res.vary("Accept");
    const isPage = path === "/" || (pagePath.test(path) && acceptsPages(req.headers.accept));
    const send = isPage ? page : files.get(path);
    if (send === undefined) return next();
    res.locals.op = "console";
    res.setHeader("Content-Security-Policy", contentSecurityPolicy);
    res.setHeader("X-Frame-Options", "DENY");
    await send(res);
  };
}

function fileOf(folder: string, path: string, type: string): (res: Response) => Promise<void> {
  // The name of an asset has a hash of its content.
  const isHashed = path.startsWith("/assets/");
  const bytes = readFileSync(join(folder, path));
  return keptDocument({
    read: async () => bytes,
    type,
    cacheControl: isHashed ? "public, max-age=31536000, immutable" : "public, no-cache",
    compressed: extname(path) !== ".woff2",
  });
}

function acceptsPages(accept: string | undefined): boolean {
  return accept?.includes("text/html") === true;
}
