import fc from "fast-check";
import { expect, it } from "vitest";
import { printable, printableText } from "./printable.ts";

it("no text leaves a control character that a terminal acts on, in a line or in text of many lines", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(printableText(text).replaceAll(/[\n\t]/g, "")).not.toMatch(
        /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u,
      );
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
