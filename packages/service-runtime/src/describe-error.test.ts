import { expect, test } from "vitest";
import { describeError, stackOf } from "./describe-error.ts";

test("names, codes and redacted messages of an error and its causes, and no more", () => {
  const inner = Object.assign(new TypeError("Authorization: Bearer abc"), {
    code: "E1",
    request: { token: "hidden" },
  });
  const text = describeError(new Error("outer dapi0123456789abcdef0123456789abcdef", { cause: inner }));
  expect(text).toBe("Error: outer [redacted] <- TypeError E1: Authorization: [redacted]");
});

test("what is no error is named by its type alone", () => {
  expect(describeError("Bearer abc")).toBe("thrown string");
  expect(describeError({ token: "abc" })).toBe("thrown object");
  expect(stackOf("abc")).toBeUndefined();
});

test("a stack is its lines without the message", () => {
  const error = new Error("a secret\n    at a secret place");
  const lines = stackOf(error);
  expect(lines?.[0]).toContain("describe-error.test.ts");
  expect(lines?.join()).not.toContain("secret");
  error.message = "another";
  expect(stackOf(error)).toBeUndefined();
});
