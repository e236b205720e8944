import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildConsole } from "@front-door/console/build";
import express, { type RequestHandler } from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consolePages } from "../src/http/console-pages.ts";
import { type Stack, startStack } from "./start-stack.ts";

const asBrowser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("the console", () => {
  let stack: Stack;
  beforeAll(async () => {
    await buildConsole();
    stack = await startStack({}, { settings: { CONSOLE: "on" } });
  });
  afterAll(() => stack?.close());

  const get = (path: string, headers: Record<string, string> = asBrowser) =>
    stack.call("GET", path, { headers });
  const assets = async () => {
    const { text } = await get("/");
    return Array.from(text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ([, path = ""]) => path);
  };

  it.each([
    "/",
    "/browse",
    "/browse/main/default",
    "/files/main/default/files/a.csv",
    "/query",
    "/status",
    "/sign-in",
  ])("GET %s returns index.html to a browser, which asks for it each time", async (path) => {
    const { status, headers, text } = await get(path);
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers["cache-control"]).toBe("public, no-cache");
    expect(text).toContain('<div id="console">');
    const again = await get(path, { ...asBrowser, "if-none-match": String(headers["etag"]) });
    expect(again.status).toBe(304);
  });

  it("its policy allows nothing inline and nothing from elsewhere", async () => {
    const { headers, text } = await get("/");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|nonce|wasm|blob:/);
    expect(text).not.toMatch(/<style|style=|<script(?![^>]* src=)/);
  });

  it("an asset has a hash in its name, is compressed, and is kept for ever", async () => {
    for (const path of await assets()) {
      const { status, headers } = await get(path, { accept: "*/*", "accept-encoding": "br" });
      expect(status).toBe(200);
      expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
      expect(headers["content-type"]).toMatch(/^text\/(javascript|css); charset=utf-8$/);
      expect(headers["vary"]).toContain("Accept-Encoding");
      expect(headers["content-encoding"]).toBe("br");
    }
  });

  it("no page of it can be in a frame", async () => {
    const { headers } = await get("/browse");
    expect(headers["x-frame-options"]).toBe("DENY");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  });

  it("a cache keeps the page that a browser gets apart from the 404 that a program gets", async () => {
    for (const accept of ["text/html", "*/*"]) {
      expect(String((await get("/browse", { accept })).headers["vary"])).toMatch(/\bAccept\b(?!-)/);
    }
  });

  it.each([
    "/api/no-such-route",
    "/api",
    "/assets/no-such-asset.js",
    "/assets%2Fx",
    "/docs/no-such-page",
    "/health/x",
    "/no-such-page",
    "/browsers",
    "/.fingerprint",
    "/src/main.tsx",
    "/..%2f..%2fpackage.json",
  ])("GET %s returns the API's 404 even to a browser", async (path) => {
    expect((await get(path)).json).toMatchObject({ status: 404, error_code: "NOT_FOUND" });
  });

  it.each([
    ["GET", "/browse", "application/json"],
    ["GET", "/browse", "*/*"],
    ["POST", "/browse", "text/html"],
    ["GET", "/../package.json", "*/*"],
    ["GET", "/.fingerprint", "*/*"],
  ])("%s %s with Accept: %s returns the API's 404", async (method, path, accept) => {
    const { status, json } = await stack.call(method, path, { headers: { accept } });
    expect([status, json.error_code]).toEqual([404, "NOT_FOUND"]);
  });

  it.each(["/api/me", "/docs", "/openapi.json", "/health", "/ready"])(
    "GET %s stays the API's own",
    async (path) => {
      const { status, text } = await get(path);
      expect(status).toBe(200);
      expect(text).not.toContain('<div id="console">');
    },
  );
});

describe("a console that is built anew while it is served", () => {
  it("stays the one that it was, with all of its files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "front-door-console-"));
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "index.html"), "old page");
    writeFileSync(join(folder, "assets/a-1.js"), "old script");
    const app = express().use(consolePages(folder) as RequestHandler);
    rmSync(join(folder, "assets/a-1.js"));
    writeFileSync(join(folder, "index.html"), "new page");
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const text = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    const found = [await text("/"), await text("/assets/a-1.js")];
    server.close();
    rmSync(folder, { recursive: true });
    expect(found).toEqual(["old page", "old script"]);
  });
});

describe("with CONSOLE=off", () => {
  it("the API alone is served, and / leads to its page", async () => {
    const stack = await startStack({}, { settings: { CONSOLE: "off" } });
    const home = await stack.call("GET", "/", { headers: asBrowser });
    const page = await stack.call("GET", "/browse", { headers: asBrowser });
    await stack.close();
    expect([home.status, home.headers["location"]]).toEqual([302, "docs"]);
    expect([page.status, page.json.error_code]).toEqual([404, "NOT_FOUND"]);
  });
});
