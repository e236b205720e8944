import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { securableName } from "./securable-name.ts";
import { slugFromName } from "./slug-from-name.ts";

/** Half of them ASCII. For its own `unit: "binary"`, fast-check makes a table of a million entries, and keeps it. */
const anyCharacter = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
  .map((code) => String.fromCodePoint(code).toWellFormed());

describe("a name from free text", () => {
  it.each([
    ["Sales Reports 2026", "sales_reports_2026"],
    ["  Ventas — año 2026! ", "ventas_ano_2026"],
    ["already_fine", "already_fine"],
    ["../../etc/passwd", "etc_passwd"],
    ["ﬁle №5", "file_no5"],
  ])("%j becomes %s", (text, slug) => {
    expect(slugFromName(text)).toBe(slug);
  });

  it.each(["", "   ", "!!!", "日本語"])("is empty for %j, which has no Latin letter or digit", (text) => {
    expect(slugFromName(text)).toBe("");
  });

  it("is always valid, and does not change when it is made again", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (text) => {
        const slug = slugFromName(text);
        if (slug === "") return;
        expect(slug).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
        expect(slug.length).toBeLessThanOrEqual(64);
        expect(securableName.safeParse(slug).success).toBe(true);
        expect(slugFromName(slug)).toBe(slug);
      }),
      { numRuns: 1000 },
    );
  });
});
