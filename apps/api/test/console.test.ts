import { buildConsole } from "@front-door/console/build";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

  it.each(["/", "/browse", "/browse/main/default", "/status", "/no-such-page"])(
    "GET %s returns index.html to a browser, which asks for it each time",
    async (path) => {
      const { status, headers, text } = await get(path);
      expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(headers["cache-control"]).toBe("public, no-cache");
      expect(text).toContain('<div id="console">');
      const again = await get(path, { ...asBrowser, "if-none-match": String(headers["etag"]) });
      expect(again.status).toBe(304);
    },
  );

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

  it.each(["/api/no-such-route", "/assets/no-such-asset.js", "/docs/no-such-page"])(
    "GET %s returns the API's 404 even to a browser",
    async (path) => {
      expect((await get(path)).json).toMatchObject({ status: 404, error_code: "NOT_FOUND" });
    },
  );

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
