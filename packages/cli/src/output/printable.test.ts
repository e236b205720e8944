import fc from "fast-check";
import { expect, it } from "vitest";
import { printable, printableText } from "./printable.ts";

const unsafe = /[\p{Cc}\p{Zl}\u200f\u202a-\u202e\u2066-\u2069]/u;
const characters = Array.from("a\n\t\r\u0000\u001b\u007f\u009b\u200f\u202e\u2028\u2069é😀");
const text = fc.string({ unit: fc.constantFrom(...characters) });

it("no text leaves a control character that a terminal acts on, in a line or in text of many lines", () => {
  fc.assert(
    fc.property(text, (given) => {
      expect(unsafe.test(printable(given))).toBe(false);
      expect(unsafe.test(printableText(given).replaceAll(/[\n\t]/g, ""))).toBe(false);
    }),
  );
});

it("JSON means the same after it", () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(JSON.parse(printableText(json))).toEqual(JSON.parse(json));
    }),
  );
});
