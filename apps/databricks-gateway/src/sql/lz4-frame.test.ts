import { createRequire } from "node:module";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decompressedBytes } from "./lz4-frame.ts";

const { encode } = (
  createRequire(import.meta.url)("@databricks/sql/dist/utils/lz4.js") as {
    default: () => { readonly encode: (bytes: Uint8Array) => Buffer };
  }
).default();

const part = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 3 }), fc.nat(200_000)).map(([bytes, length]) => {
    return new Uint8Array(length).map((_, index) => bytes[index % bytes.length] as number);
  }),
);

test("the size of any frame is known without decompressing it, and a quick estimate is never too small", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const bytes = Buffer.concat(parts);
      const frame = encode(bytes);
      expect(decompressedBytes(frame, 0)).toBe(bytes.length);
      expect(decompressedBytes(frame, Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(bytes.length);
    }),
    { numRuns: 50 },
  );
});

test("a frame that expands 250-fold has its full size", () => {
  const frame = encode(Buffer.alloc(50_000_000, "x"));
  expect(frame.length).toBeLessThan(250_000);
  expect(decompressedBytes(frame, 2 * 1024 * 1024)).toBe(50_000_000);
});

test("what is cut off or is not a frame has no size", () => {
  const frame = encode(Buffer.from("some text"));
  for (let length = 0; length < frame.length - 4; length++) {
    expect(() => decompressedBytes(frame.subarray(0, length), 0)).toThrow(RangeError);
  }
  expect(() => decompressedBytes(Buffer.from("no frame at all"), 0)).toThrow("not an LZ4 frame");
});
