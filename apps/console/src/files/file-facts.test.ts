import { expect, it } from "vitest";
import { counted, sizeText } from "./file-facts.ts";

it.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [1023, "1,023 bytes"],
  [1024, "1 KiB"],
  [1536, "1.5 KiB"],
  [1024 ** 2 - 1, "1 MiB"],
  [300 * 1024 ** 2, "300 MiB"],
  [2 * 1024 ** 3, "2 GiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

it("a count has its word in the singular or the plural", () => {
  expect([counted(1, "file"), counted(1234, "file"), counted(0, "entry", "entries")]).toEqual([
    "1 file",
    "1,234 files",
    "0 entries",
  ]);
});
