import { expect, it } from "vitest";
import { localName } from "./local-name.ts";
import { partName } from "./part-name.ts";

it.each(["", ".", "..", "a/b", "/etc", "../x", "a\0b"])("the name %j is no file name anywhere", (name) => {
  expect(() => localName(name, "linux")).toThrow("cannot be a file name");
});

it.each([
  "..\\x",
  "C:",
  "c:x",
  "a\\b",
  "CON",
  "nul.txt",
  "COM1",
  "lpt9.log",
  "x.",
  "x ",
  "...",
  "...",
  "a?b",
  "a*b",
  "a\nb",
  'a"b',
])("the name %j is no file name on Windows", (name) => {
  expect(() => localName(name, "win32")).toThrow("cannot be a file name");
  expect(localName(name, "linux")).toBe(name);
});

it.each(["a", ".hidden", "CONSOLE", "näme 1.txt", "com10"])(
  "the name %j is a file name everywhere",
  (name) => {
    expect(localName(name, "win32")).toBe(name);
    expect(localName(name, "linux")).toBe(name);
  },
);

const part = partName("/Volumes/main/default/files/a", "version");

it.each([part, part.toUpperCase(), part.replace("front", "\uff46ront"), part.replace("part", "pa\u200drt")])(
  "the name %j of a part of a download is no file name anywhere",
  (name) => {
    expect(() => localName(name, "linux")).toThrow("reserved for parts");
  },
);

it("the short names that Windows gives to parts of downloads are no file names there", () => {
  for (const name of ["FRONT-~1.PAR", "fr1a2b~12.par"]) {
    expect(() => localName(name, "win32")).toThrow("cannot be a file name");
    expect(localName(name, "linux")).toBe(name);
  }
});

it("parts of downloads have other names for other files and other versions, which every disk can hold", () => {
  const names = [partName("a", "b"), partName("a", "c"), partName("ab"), partName("a")];
  expect(new Set(names).size).toBe(names.length);
  expect(part.length).toBeLessThan(100);
});
