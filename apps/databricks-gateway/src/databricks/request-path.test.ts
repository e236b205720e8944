import { encodeVolumePath, OperationError, parseVolumePath } from "@front-door/operations";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkRequestPath } from "./request-path.ts";

/** Half of them ASCII. For its own `unit: "binary"`, fast-check makes a table of a million entries, and keeps it. */
const anyCharacter = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
  .map((code) => String.fromCodePoint(code).toWellFormed());

const name = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 40 });

test("a name in a checked path decodes to itself and stays in its own segment", () => {
  fc.assert(
    fc.property(name, (text) => {
      const path = `/api/2.1/unity-catalog/catalogs/${encodeURIComponent(text)}`;
      try {
        checkRequestPath(path);
      } catch (error) {
        expect(error).toBeInstanceOf(OperationError);
        return;
      }
      // As a server reads it that normalises, as URL does.
      const url = new URL(`http://h${path}`);
      expect(url.pathname.split("/")).toHaveLength(6);
      expect(decodeURIComponent(url.pathname.split("/")[5] ?? "")).toBe(text);
      expect(url.search + url.hash).toBe("");
    }),
    { numRuns: 2_000 },
  );
});

test("every volume path that the contract accepts is sent verbatim", () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (segments) => {
      const text = ["", "Volumes", "c", "s", "v", ...segments].join("/");
      let path: string;
      try {
        path = `/api/2.0/fs/files${encodeVolumePath(parseVolumePath(text))}`;
      } catch {
        return;
      }
      expect(() => checkRequestPath(path)).not.toThrow();
      expect(new URL(`http://h${path}`).pathname).toBe(path);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  "/api/2.0/../x",
  "/api/2.0/./x",
  "/api/2.0/%2e%2e/x",
  "/api/2.0/%2E./x",
  "/api/2.0/%252e%252e/x",
  "/api/2.0/..%2fx",
  "/api/2.0/a%2f..%2fb",
  "/api/2.0/a%5c..%5cb",
  "/api/2.0/a\\b",
  "/api/2.0/a?b",
  "/api/2.0/a#b",
  "/api/2.0/a b",
  "/api/2.0/a\r\nHost: x",
  "/api/2.0/a%0d%0ab",
  "/api/2.0/a%00b",
  "/api/2.0/%zz",
  "/api/2.0/ü",
  "/other/x",
  "//host/api/x",
  "http://host/api/x",
])("the path %j is refused", (path) => {
  expect(() => checkRequestPath(path)).toThrow(OperationError);
});

test.each([
  "/api/2.0/a%2Fb",
  "/api/2.0/...",
  "/api/2.0/a..b",
  "/api/2.0/100%25",
  "/api/2.0/a%3Fb%23c%20d",
  "/oidc/v1/token",
])("the path %j is let through", (path) => {
  expect(() => checkRequestPath(path)).not.toThrow();
});
