import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, type Stack, startStack, volume } from "./start-stack.ts";

const app = "https://app.example.com";
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({}, { settings: { CORS_ORIGINS: app } });
  for (const name of [...viewable.map(([each]) => each), ...notViewable]) {
    await stack.call("PUT", at("/api/files", `${volume}/${name}`), { body: "1234567890" });
  }
});
afterAll(() => stack.close());

const view = (name: string, headers = {}, method = "GET") =>
  stack.call(method, at("/api/files", `${volume}/${name}`, { disposition: "inline" }), { headers });

const viewable = [
  ["a.png", "image/png"],
  ["ä ü.JPG", "image/jpeg"],
  ["a.gif", "image/gif"],
  ["a.webp", "image/webp"],
  ["a.avif", "image/avif"],
  ["a.pdf", "application/pdf"],
  ["a.json", "application/json"],
  ["a.txt", "text/plain; charset=utf-8"],
  ["a.csv", "text/plain; charset=utf-8"],
  ["a.md", "text/plain; charset=utf-8"],
  ["a.mp3", "audio/mpeg"],
  ["a.mp4", "video/mp4"],
  ["a.webm", "video/webm"],
] as const;
const notViewable = [
  "a.html",
  "a.HTM",
  "a.xhtml",
  "a.svg",
  "a.svgz",
  "a.xml",
  "a.js",
  "a.css",
  "a.mht",
  "a.png.html",
  "a.constructor",
  "png",
  ".png",
  "a.",
  "a.png ",
];

describe("disposition=inline", () => {
  it.each(viewable)("shows %s as %s, in a sandbox", async (name, type) => {
    for (const method of ["GET", "HEAD"]) {
      const answer = await view(name, {}, method);
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({
        "content-type": type,
        "content-disposition": expect.stringMatching(/^inline; filename/),
        "content-length": "10",
        "x-content-type-options": "nosniff",
        "content-security-policy": `sandbox allow-same-origin; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self' ${app}`,
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "private, no-cache",
      });
      expect(answer.headers).not.toHaveProperty("x-frame-options");
    }
  });

  it.each(notViewable)("leaves %j an attachment", async (name) => {
    const answer = await view(name);
    expect(answer.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": expect.stringMatching(/^attachment; filename/),
      "cross-origin-resource-policy": "same-origin",
      "x-frame-options": "SAMEORIGIN",
    });
  });

  it("works with ranges and conditions", async () => {
    const part = await view("a.mp4", { range: "bytes=2-4" });
    expect([part.status, part.text, part.headers["content-type"]]).toEqual([206, "345", "video/mp4"]);
    const etag = String(part.headers["etag"]);
    const same = await view("a.mp4", { "if-none-match": etag, referer: `${app}/` });
    expect([same.status, same.headers["cross-origin-resource-policy"]]).toEqual([304, "cross-origin"]);
    expect(same.headers).not.toHaveProperty("content-type");
    const none = await view("a.mp4", { range: "bytes=10-" });
    expect([none.status, none.headers["content-type"]]).toEqual([416, "application/json; charset=utf-8"]);
  });

  it.each([
    [{ referer: `${app}/gallery?x=1` }, "cross-origin"],
    [{ origin: app }, "cross-origin"],
    [{ referer: "https://app.example.com.evil.example/" }, "same-origin"],
    [{ referer: "https://evil.example/https://app.example.com/" }, "same-origin"],
    [{ origin: "https://evil.example", referer: `${app}/` }, "same-origin"],
    [{ referer: "http://app.example.com/" }, "same-origin"],
    [{ referer: "nonsense" }, "same-origin"],
    [{}, "same-origin"],
  ])("may be embedded in the page that sends %j: %s", async (headers, policy) => {
    const answer = await view("a.png", headers);
    expect(answer.headers["cross-origin-resource-policy"]).toBe(policy);
    expect(answer.headers["vary"]).toBe("Origin, Referer");
  });

  it("is not the default, and no other value is accepted", async () => {
    const answer = await stack.call("GET", at("/api/files", `${volume}/a.png`), {
      headers: { referer: app },
    });
    expect(answer.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": "attachment; filename=a.png",
      "cross-origin-resource-policy": "same-origin",
    });
    const odd = await stack.call("GET", at("/api/files", `${volume}/a.png`, { disposition: "Inline" }));
    expect([odd.status, odd.json.details[0].field]).toEqual([400, "disposition"]);
  });
});
