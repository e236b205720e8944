import { readFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { keptDocument } from "../http/kept-document.ts";
import type { Route } from "../routing/route.ts";

const page = { tag: "Service", open: true, method: "get", errors: [], replies: {} } as const;

/**
 * The policy of this page alone. Scalar writes its styles into the page while it runs, so 'unsafe-inline' must allow them, and
 * has its icons and fonts in data: URLs. Its script comes from here, and it may call nothing but this origin. There is no
 * upgrade-insecure-requests, which would keep the page from working over plain HTTP.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Without what calls Scalar's own services, and without storing what a person signs in with. */
const configuration = {
  url: "openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
  hideClientButton: true,
  // People look for `/api/query`, which the summary does not have.
  operationTitleSource: "path",
  showDeveloperTools: "never",
  agent: { disabled: true },
  mcp: { disabled: true },
  documentDownloadType: "direct",
};

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>Databricks Front Door API</title>
  </head>
  <body>
    <noscript>This page needs JavaScript. The document itself is at <a href="openapi.json">openapi.json</a>.</noscript>
    <script id="api-reference" data-configuration="${JSON.stringify(configuration).replaceAll('"', "&quot;")}"></script>
    <script src="docs/scalar.js"></script>
  </body>
</html>
`;

const sendPage = keptDocument({
  read: async () => Buffer.from(html),
  type: "text/html; charset=utf-8",
  cacheControl: "private, no-cache",
  compressed: true,
});

const docsPage: Route = {
  ...page,
  path: "/docs",
  operationId: "docs",
  summary: "The API document as a page, on which every route can be tried.",
  async handle({ res }) {
    res.setHeader("Content-Security-Policy", contentSecurityPolicy);
    await sendPage(res);
  },
};

const docsScript: Route = {
  ...page,
  path: "/docs/scalar.js",
  operationId: "docs_script",
  summary: "The script of that page.",
  async handle({ res }) {
    await (sendScript ??= scalarScript())(res);
  },
};

let sendScript: ReturnType<typeof keptDocument> | undefined;

function scalarScript() {
  const manifest = findPackageJSON("@scalar/api-reference", import.meta.url);
  if (manifest === undefined) throw new Error("@scalar/api-reference is not installed");
  return keptDocument({
    read: () => readFile(join(dirname(manifest), "dist/browser/standalone.js")),
    type: "text/javascript; charset=utf-8",
    // Not `immutable`: the same address has another script after an update.
    cacheControl: "public, no-cache",
    compressed: true,
  });
}

/** What `/` is where there is no console. */
export const home: Route = {
  ...page,
  path: "/",
  operationId: "home",
  summary: "Sends a browser to the page of the API.",
  handle: ({ res }) => res.redirect(302, "docs"),
};

/** What is for people, and not in the API document. */
export const pages: readonly Route[] = [docsPage, docsScript];
