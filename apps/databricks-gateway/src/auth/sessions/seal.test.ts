import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Seal } from "./seal.ts";

const [first, second] = [randomBytes(32), randomBytes(32)];
const text = JSON.stringify({ refreshToken: "canary", name: "ünï" });

test("a sealed text opens under its name, shows nothing of itself, and is another one each time", () => {
  const seal = new Seal([first]);
  const sealed = seal.seal(text, "a");
  expect(seal.open(sealed, "a")).toBe(text);
  expect(Buffer.from(sealed.split(".")[1] ?? "", "base64url").toString("latin1")).not.toContain("canary");
  expect(seal.seal(text, "a")).not.toBe(sealed);
});

test("a text that was sealed under another name does not open: nobody can give one person the session of another", () => {
  const seal = new Seal([first]);
  expect(seal.open(seal.seal(text, "a"), "b")).toBeUndefined();
});

test("keys rotate: the first one seals, and what any of them has sealed opens", () => {
  const before = new Seal([first]).seal(text, "a");
  const during = new Seal([second, first]);
  expect(during.open(before, "a")).toBe(text);
  const after = during.seal(text, "a");
  expect(new Seal([second]).open(after, "a")).toBe(text);
  expect(new Seal([first]).open(after, "a")).toBeUndefined();
  expect(new Seal([second]).open(before, "a")).toBeUndefined();
});

test("a text that was changed in any byte does not open", () => {
  const seal = new Seal([first]);
  const [id, encoded = ""] = seal.seal("x", "a").split(".");
  const bytes = Buffer.from(encoded, "base64url");
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(seal.open(`${id}.${changed.toString("base64url")}`, "a")).toBeUndefined();
  }
});

test.each(["", ".", "x", "00000000.AAAA", `${"x".repeat(8)}.${"A".repeat(100)}`])(
  "what was never sealed does not open: %j",
  (garbage) => {
    expect(new Seal([first]).open(garbage, "a")).toBeUndefined();
  },
);
