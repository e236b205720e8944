import { expect, it } from "vitest";
import { fileName } from "./file-name.ts";

it.each([
  ["All trips from a zip code", "All-trips-from-a-zip-code"],
  ["orders", "orders"],
  ["../é ü:名…", "é-ü-名"],
  ["…", "result"],
])("%j is saved as %s", (title, name) => {
  expect(fileName(title)).toBe(name);
});
