import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  directoryPath,
  encodeVolumePath,
  filePath,
  formatVolumePath,
  parseVolumePath,
  subdirectoryPath,
} from "./volume-path.ts";

/** Half of them ASCII. For its own `unit: "binary"`, fast-check makes a table of a million entries, and keeps it. */
const anyCharacter = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
  .map((code) => String.fromCodePoint(code).toWellFormed());

const root = "/Volumes/main/default/files";

describe("a volume path", () => {
  it("is read into its parts", () => {
    expect(parseVolumePath(`${root}/a/b.txt`)).toEqual({
      catalog: "main",
      schema: "default",
      volume: "files",
      segments: ["a", "b.txt"],
    });
    expect(parseVolumePath(`${root}/`).segments).toEqual([]);
  });

  it.each([
    ["a b", "a%20b"],
    ["100%", "100%25"],
    ["a%20b", "a%2520b"],
    ["#1?", "%231%3F"],
    ["a+b&c=d", "a%2Bb%26c%3Dd"],
    ["\"'`", "%22'%60"],
    ["back\\slash", "back%5Cslash"],
    ["😀", "%F0%9F%98%80"],
    ["...", "..."],
    [".hidden", ".hidden"],
    ["a..b", "a..b"],
    ["e\u0301", "e%CC%81"],
  ])("keeps the name %j and sends it as %s", (name, encoded) => {
    const parsed = parseVolumePath(`${root}/${name}`);
    expect(parsed.segments).toEqual([name]);
    expect(encodeVolumePath(parsed)).toBe(`${root}/${encoded}`);
  });

  it.each([
    "..",
    ".",
    "a/../b",
    "a/./b",
    "../../../../2.0/preview/scim/v2/Me",
    "%2e%2e",
    "%2E.",
    ".%2e/x",
    "%252e%252e",
    "%25252e%25252e",
    "..%2fx",
    "x%2f..%2fy",
    "..\\x",
    "x\\..",
    "x%5c..%5cy",
    "%c0%ae%c0%ae",
    "%c0%ae.",
    "..%c0%afx",
    "%e0%80%ae%e0%80%ae",
    "%u002e%u002e",
    "\uFF0E\uFF0E",
    "\u2024\u2024",
    "..;",
    "..;a=b",
    "%2e%2e;x",
    "%2e%2e%3bx",
    `%${"25".repeat(20)}2e`,
  ])("%j is refused as path traversal", (climb) => {
    expect(() => parseVolumePath(`${root}/${climb}`)).toThrow(RangeError);
    expect(() => parseVolumePath(`${root}/sub/${climb}/x`)).toThrow(RangeError);
  });

  it.each([
    ["nothing", "", "begin with"],
    ["a lone slash", "/", "begin with"],
    ["a relative path", "Volumes/main/default/files", "begin with"],
    ["another root", "/volumes/main/default/files", "begin with"],
    ["a schema", "/Volumes/main/default/", "begin with"],
    ["an empty catalog", "/Volumes//default/files", "empty segment"],
    ["an empty segment", `${root}//x`, "empty segment"],
    ["a schema with a period", "/Volumes/main/de.fault/files", "its schema"],
    ["a schema with a space", "/Volumes/main/de fault/files/x", "its schema"],
    ["a NUL", `${root}/a\0b`, "control characters"],
    ["a line break", `${root}/a\nb`, "control characters"],
    ["half a surrogate pair", `${root}/\uD800`, "well-formed"],
    ["a segment of 256 bytes", `${root}/${"x".repeat(256)}`, "255 bytes"],
    ["a segment of 256 bytes in 128 characters", `${root}/${"é".repeat(128)}`, "255 bytes"],
    ["more than 4,096 bytes", `${root}${"/abcdefghi".repeat(410)}`, "4096 bytes"],
  ])("is refused when it is, or has, %s", (_, path, reason) => {
    expect(() => parseVolumePath(path)).toThrow(reason);
  });

  it("may have segments of 255 bytes", () => {
    expect(parseVolumePath(`${root}/${"é".repeat(127)}x`).segments).toHaveLength(1);
  });

  it("can be formatted and parsed without a change, whatever the names", () => {
    const segment = fc.string({ minLength: 1, maxLength: 60, unit: anyCharacter });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const path = `${root}/${segments.join("/")}`;
        let parsed: ReturnType<typeof parseVolumePath>;
        try {
          parsed = parseVolumePath(path);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(formatVolumePath(parsed)).toBe(path.replace(/\/$/, ""));
        const url = new URL(`https://example.com/api/2.0/fs/files${encodeVolumePath(parsed)}`);
        expect(url.pathname).toBe(`/api/2.0/fs/files${encodeVolumePath(parsed)}`);
        expect(url.pathname.split("/").slice(9).map(decodeURIComponent)).toEqual(parsed.segments);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the path parameter", () => {
  it("of a file names a file, not the volume and not a directory", () => {
    expect(filePath.safeParse(`${root}/a.txt`).success).toBe(true);
    expect(filePath.safeParse(root).error?.issues[0]?.message).toContain("inside the volume");
    expect(filePath.safeParse(`${root}/a/`).error?.issues[0]?.message).toContain("slash");
  });

  it("of a directory may be the volume itself", () => {
    expect(directoryPath.safeParse(root).success).toBe(true);
    expect(directoryPath.safeParse(`${root}/a/`).success).toBe(true);
    expect(directoryPath.safeParse("/etc/passwd").success).toBe(false);
  });

  it("of a directory to delete is inside the volume", () => {
    expect(subdirectoryPath.safeParse(`${root}/a/`).success).toBe(true);
    for (const path of [root, `${root}/`]) {
      expect(subdirectoryPath.safeParse(path).error?.issues[0]?.message).toContain("inside the volume");
    }
  });
});
