import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prettyJson } from "./pretty-json.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("prettyJson", () => {
  it("writes what JSON.stringify writes, for any value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(prettyJson(text)).toBe(JSON.stringify(value, undefined, 2));
      }),
    );
  });

  it("keeps every digit, which a parser would round", () => {
    expect(prettyJson('{"id":9007199254740993,"fare":1.10}')).toBe(
      '{\n  "id": 9007199254740993,\n  "fare": 1.10\n}',
    );
  });

  it("gives up on what is nested deeply, and on what would be long", () => {
    expect(prettyJson(nested(100))).toContain("[]");
    expect(prettyJson(nested(15_000))).toBeUndefined();
    expect(prettyJson(`${"[".repeat(90)}${"1,".repeat(100_000)}1${"]".repeat(90)}`)).toBeUndefined();
  });

  it("throws for what is no JSON", () => {
    expect(() => prettyJson('{"a":')).toThrow(SyntaxError);
  });
});
