import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { boundedCompressors } from "./bounded-compressors.ts";

describe("boundedCompressors", () => {
  it("unpacks up to the limit, over all of its calls", () => {
    const { GZIP } = boundedCompressors(1_000);
    const input = gzipSync(Buffer.alloc(600, 7));
    expect(GZIP?.(input, 600)).toEqual(new Uint8Array(600).fill(7));
    expect(() => GZIP?.(input, 600)).toThrow("Its first rows are too large when unpacked.");
  });

  it.each(["BROTLI", "GZIP", "LZ4", "LZ4_RAW", "SNAPPY", "ZSTD"] as const)(
    "%s refuses a length beyond the limit, or below zero, before it makes room for it",
    (codec) => {
      const unpack = boundedCompressors(1_000)[codec];
      expect(() => unpack?.(new Uint8Array(8), 2 ** 31 - 1)).toThrow("too large");
      expect(() => unpack?.(new Uint8Array(8), -1)).toThrow("too large");
    },
  );
});
