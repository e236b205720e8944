import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Stack, startStack } from "./start-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const large = "/api/tables?catalog=samples&schema=tpch";
const get = (path: string, headers: Record<string, string> = {}) => stack.call("GET", path, { headers });

describe("a JSON reply of more than a kilobyte", () => {
  it.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
    ["zstd", zstdDecompressSync],
  ] as const)("is compressed with %s if the caller accepts it", async (coding, decompress) => {
    const plain = await get(large);
    const answer = await get(large, { "accept-encoding": coding });
    expect(answer.headers).toMatchObject({
      "content-encoding": coding,
      vary: "Accept-Encoding",
      "content-length": String(answer.bytes.length),
      etag: plain.headers["etag"],
    });
    expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 2);
    expect(decompress(answer.bytes)).toEqual(plain.bytes);
  });

  it.each(["", "identity", "br;q=0, identity", "compress", "*;q=0"])(
    "is sent as it is for Accept-Encoding %j, and says that it could differ",
    async (accepted) => {
      const answer = await get(large, { "accept-encoding": accepted });
      expect(answer.headers).not.toHaveProperty("content-encoding");
      expect([answer.status, answer.headers["vary"]]).toEqual([200, "Accept-Encoding"]);
    },
  );

  it("follows the caller's weights", async () => {
    const answer = await get(large, { "accept-encoding": "br;q=0.1, gzip" });
    expect(answer.headers["content-encoding"]).toBe("gzip");
  });

  it.each([
    ["gzip, deflate, br, zstd", "zstd"],
    ["gzip, br", "br"],
    ["GZIP", "gzip"],
    ["*", "zstd"],
    ["*;q=0.1, zstd;q=0, br;q=0", "gzip"],
    ["gzip;q=0.5", "gzip"],
    ["gzip;q=0.5, identity", undefined],
    ["gzip;q=x", undefined],
  ])("for Accept-Encoding %j comes as %s: of equal weights, the fastest", async (accepted, encoding) => {
    const answer = await get(large, { "accept-encoding": accepted });
    expect([answer.status, answer.headers["content-encoding"]]).toEqual([200, encoding]);
  });
});

it("a small reply is never compressed", async () => {
  const headers = { "accept-encoding": "br, gzip, zstd" };
  expect((await get("/health", headers)).headers).not.toHaveProperty("content-encoding");
});

describe("a list", () => {
  it("is not sent again to a caller that has it", async () => {
    const first = await get("/api/catalogs");
    const etag = String(first.headers["etag"]);
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    expect(first.headers["cache-control"]).toBe("private, no-cache");
    const again = await get("/api/catalogs", { "if-none-match": `"other", ${etag}` });
    expect([again.status, again.text, again.headers["etag"]]).toEqual([304, "", etag]);
  });

  it("is sent whole if it has changed, and an error never has an ETag", async () => {
    const path = "/api/volumes?catalog=main&schema=default";
    const etag = String((await get(path)).headers["etag"]);
    const made = await stack.call("POST", "/api/volumes", {
      json: { catalog: "main", schema: "default", name: "changed_list" },
    });
    expect(made.headers).not.toHaveProperty("etag");
    const changed = await get(path, { "if-none-match": etag });
    expect([changed.status, changed.headers["etag"] === etag]).toEqual([200, false]);
    expect((await get("/api/volumes?catalog=nowhere&schema=x")).headers).not.toHaveProperty("etag");
  });
});

describe("a 304", () => {
  it.each(["/api/tables?catalog=samples&schema=tpch", "/openapi.json", "/docs"])(
    "of GET %s varies by encoding as the 200 does, has its ETag in every encoding, and is not encoded itself",
    async (path) => {
      const whole = await get(path);
      expect(whole.headers["vary"]).toBe("Accept-Encoding");
      const etag = String(whole.headers["etag"]);
      for (const encoding of ["identity", "br", "gzip", "zstd"]) {
        const headers = { "accept-encoding": encoding };
        expect((await get(path, headers)).headers["etag"]).toBe(etag);
        const again = await get(path, { ...headers, "if-none-match": etag });
        expect([again.status, again.text]).toEqual([304, ""]);
        expect(again.headers).toMatchObject({ etag, vary: "Accept-Encoding" });
        expect(again.headers["cache-control"]).toBe(whole.headers["cache-control"]);
        expect(again.headers).not.toHaveProperty("content-encoding");
      }
    },
  );
});

describe("the API document", () => {
  it("is served compressed and with an ETag, as JSON and as YAML", async () => {
    const json = await get("/openapi.json", { "accept-encoding": "br" });
    expect(json.headers["content-encoding"]).toBe("br");
    expect((await get("/openapi.json", { "if-none-match": String(json.headers["etag"]) })).status).toBe(304);
    const yaml = await get("/openapi.yaml");
    expect(yaml.headers["content-type"]).toBe("application/yaml; charset=utf-8");
    expect(parse(yaml.text)).toEqual(JSON.parse(brotliDecompressSync(json.bytes).toString("utf8")));
  });
});

describe("the page of the API", () => {
  it("is where / sends a browser", async () => {
    const answer = await get("/");
    expect([answer.status, answer.headers["location"]]).toEqual([302, "docs"]);
  });

  it("loads its script from this origin alone, and its policy allows no other", async () => {
    const page = await get("/docs");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    const policy = String(page.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toMatch(/https?:|unsafe-eval|upgrade-insecure-requests/);
    const sources = Array.from(page.text.matchAll(/\b(?:src|href)="([^"]+)"/g), ([, source = ""]) => source);
    expect(sources).toEqual(["data:,", "openapi.json", "docs/scalar.js"]);
    expect(page.text).toContain("&quot;persistAuth&quot;:false");
  });

  it("has a script, compressed and with an ETag", async () => {
    const script = await get("/docs/scalar.js", { "accept-encoding": "gzip" });
    expect(script.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "content-encoding": "gzip",
      "cache-control": "public, no-cache",
    });
    expect(gunzipSync(script.bytes).length).toBeGreaterThan(1_000_000);
    const { etag } = script.headers;
    const again = await get("/docs/scalar.js", { "accept-encoding": "gzip", "if-none-match": String(etag) });
    expect(again.status).toBe(304);
  });
});
