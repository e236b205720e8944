import { describe, expect, it } from "vitest";
import { ownPath } from "./own-path.ts";

const origin = "https://console.example";

describe("ownPath", () => {
  it.each(["/", "/browse/main?view=preview#x", "/files/a%20b", "/query?back=//evil.example"])(
    "%j is a path of the console",
    (path) => expect(ownPath(path, origin)).toBe(path),
  );

  it.each([
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\\evil.example",
    "/.//evil.example",
    "/x/..//evil.example",
    "\t//evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "//",
    "",
    undefined,
    ["/"],
  ])("%j is not a path of the console", (path) => expect(ownPath(path, origin)).toBeUndefined());
});
