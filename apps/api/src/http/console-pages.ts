import { existsSync, globSync } from "node:fs";
import { readFile } from "node:fs/promises";
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
  // A PDF of the API, which says itself that nothing in it runs.
  "frame-src 'self'",
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

/** What belongs to the API even where it has no such route. */
const apiPath = /^\/(?:api|assets|auth|docs)\//;

/**
 * Serves the console's build from a folder: its files, and index.html for every other path that a browser navigates to,
 * because the console has its pages at paths of its own. Undefined if the folder has no build.
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
    const send = files.get(path) ?? (isNavigation(path, req.headers.accept) ? page : undefined);
    if (send === undefined) return next();
    res.locals.op = "console";
    res.setHeader("Content-Security-Policy", contentSecurityPolicy);
    await send(res);
  };
}

function fileOf(folder: string, path: string, type: string): (res: Response) => Promise<void> {
  // The name of an asset has a hash of its content.
  const isHashed = path.startsWith("/assets/");
  return keptDocument({
    read: () => readFile(join(folder, path)),
    type,
    cacheControl: isHashed ? "public, max-age=31536000, immutable" : "public, no-cache",
    compressed: extname(path) !== ".woff2",
  });
}

/** Whether a browser opens it as a page. Programs accept anything, and get the API's 404. */
function isNavigation(path: string, accept: string | undefined): boolean {
  return path === "/" || (accept?.includes("text/html") === true && !apiPath.test(path));
}
