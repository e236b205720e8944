import { formatVolumePath, parseVolumePath } from "@front-door/operations";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldName, isInside, parseVolumeRoot } from "./volume-root.ts";

/** Half of them ASCII. For its own `unit: "binary"`, fast-check makes a table of a million entries, and keeps it. */
const anyCharacter = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
  .map((code) => String.fromCodePoint(code).toWellFormed());

const inside = (root: string, path: string) => isInside(parseVolumeRoot(root), parseVolumePath(path));

describe("a root", () => {
  test.each([
    ["/Volumes/main/default", "/Volumes/main/default/files/a/b.txt"],
    ["/Volumes/main/default/", "/Volumes/main/default/files"],
    ["/Volumes/main/default/files", "/Volumes/main/default/files"],
    ["/Volumes/main/default/files", "/Volumes/MAIN/Default/FILES/a.txt"],
    ["/Volumes/Main/default/files/team", "/Volumes/main/default/files/team/a"],
    ["/Volumes/main/default/files/team/", "/Volumes/main/default/files/team/"],
    ["/Volumes/main/default/files/%2e x", "/Volumes/main/default/files/%2e x/y"],
  ])("%s contains %s", (root, path) => expect(inside(root, path)).toBe(true));

  test.each([
    ["/Volumes/main/default", "/Volumes/main/default2/files/a"],
    ["/Volumes/main/default", "/Volumes/other/default/files/a"],
    ["/Volumes/main/default/files", "/Volumes/main/default/files2/a"],
    ["/Volumes/main/default/files/team", "/Volumes/main/default/files"],
    ["/Volumes/main/default/files/team", "/Volumes/main/default/files/Team/a"],
    ["/Volumes/main/default/files/team", "/Volumes/main/default/files/team2/a"],
    ["/Volumes/main/default/files/team", "/Volumes/main/default/files/te%61m/a"],
    ["/Volumes/main/default/files/team", "/Volumes/main/default/files/team%2fx"],
    ["/Volumes/kelvin/default/files", "/Volumes/\u212Aelvin/default/files/a"],
  ])("%s does not contain %s", (root, path) => expect(inside(root, path)).toBe(false));

  test.each([
    "",
    "/",
    "/Volumes",
    "/Volumes/main",
    "main.default",
    "/volumes/a/b",
    "/Volumes/a/..",
    "/Volumes/../b",
    "/Volumes/a/b/c/../d",
    "/Volumes/a b/c",
  ])("%s is not a root", (root) => expect(() => parseVolumeRoot(root)).toThrow(RangeError));
});

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
const segment = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => {
  try {
    return parseVolumePath(`/Volumes/a/b/c/${text}`).segments.length === 1 && !text.includes("/");
  } catch {
    return false;
  }
});

test("a path is inside each of its own directories, in any case of its names, and inside no sibling", () => {
  fc.assert(
    fc.property(
      fc.tuple(name, name, name),
      fc.array(segment, { maxLength: 5 }),
      fc.nat(5),
      segment,
      (names, segments, depth, other) => {
        const [catalog, schema, volume] = names;
        const path = parseVolumePath(formatVolumePath({ catalog, schema, volume, segments }));
        const above = segments.slice(0, depth);
        const root = {
          catalog: catalog.toUpperCase(),
          schema: schema.toLowerCase(),
          volume,
          segments: above,
        };
        expect(isInside(root, path)).toBe(true);
        expect(isInside({ ...root, volume: undefined, segments: [] }, path)).toBe(true);
        expect(isInside({ ...root, volume: `${volume}x` }, path)).toBe(false);
        expect(isInside({ ...root, catalog: `${catalog}x` }, path)).toBe(false);
        const sibling = { ...root, segments: [...above, `${path.segments[above.length] ?? ""}${other}`] };
        expect(isInside(sibling, path)).toBe(false);
        expect(isInside({ ...root, segments: [...segments, other] }, path)).toBe(false);
      },
    ),
  );
});

test("a path that leaves the root once decoded is never inside the root", () => {
  const climb = fc.constantFrom(
    "..",
    ".",
    "%2e%2e",
    "%2E.",
    "..;x",
    "%252e%252e",
    "..%2f",
    "%2e%2e%5c",
    "．．",
    "%c0%ae%c0%ae",
    "..\\",
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(segment, climb), { minLength: 1, maxLength: 5 }),
      climb,
      fc.nat(5),
      (segments, step, at) => {
        const parts = segments.toSpliced(at, 0, step);
        const path = `/Volumes/main/default/files/team/${parts.join("/")}`;
        expect(() => inside("/Volumes/main/default/files/team", path)).toThrow(RangeError);
      },
    ),
  );
});

const ascii = (text: string) => Array.from(text).filter((character) => character < "\x80").length;

test("names fold as in Unity Catalog, and nothing outside ASCII becomes ASCII", () => {
  expect(foldName("MaIn")).toBe("main");
  expect(foldName("ÄÖ")).toBe("äö");
  expect(foldName("\u212A\u0130")).toBe("\u212A\u0130");
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(foldName(foldName(text))).toBe(foldName(text));
      expect(ascii(foldName(text))).toBe(ascii(text));
    }),
  );
});
