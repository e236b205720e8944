import { expect, test } from "vitest";
import { parseUntrustedJson } from "./parse-untrusted-json.ts";

test.each([
  ["", "The body is empty: it must be JSON."],
  [" \n", "The body is empty: it must be JSON."],
  ['{"a":', "The body is not valid JSON: it ends too early."],
  ['{"a" 1}', "The body is not valid JSON: look at position 5."],
  ["secret", "The body is not valid JSON."],
  ['{"__proto__":1}', "The body has a forbidden key such as __proto__."],
])("of %j it is said what is wrong, and the text is never quoted", (text, message) => {
  expect(() => parseUntrustedJson(text, "The body")).toThrow(
    expect.objectContaining({ message, code: "MALFORMED_REQUEST" }),
  );
});
