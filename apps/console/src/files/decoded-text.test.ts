import { describe, expect, it } from "vitest";
import { decodedText } from "./decoded-text.ts";

describe("bytes", () => {
  it("are UTF-8, whose byte order mark is left out", () => {
    expect(decodedText(new TextEncoder().encode("\u{feff}Grüße"))).toBe("Grüße");
  });

  it("are UTF-16 with its byte order mark, either way round", () => {
    expect(decodedText(Uint8Array.of(0xff, 0xfe, 0x61, 0))).toBe("a");
    expect(decodedText(Uint8Array.of(0xfe, 0xff, 0, 0x61))).toBe("a");
  });

  it("with a zero are no text", () => {
    expect(decodedText(Uint8Array.of(0x50, 0x4b, 0, 1))).toBeUndefined();
  });
});
