import { expect, it } from "vitest";
import { localName } from "./local-name.ts";

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
