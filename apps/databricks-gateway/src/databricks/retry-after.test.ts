import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

test.each([
  ["7", 7_000],
  [" 7 ", 7_000],
  ["0", 0],
  ["999999", 3_600_000],
  ["9".repeat(400), 3_600_000],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["Fri, 01 Jan 2100 00:00:00 GMT", 3_600_000],
  ["", undefined],
  [undefined, undefined],
  [["7", "8"], undefined],
  ["soon", undefined],
  ["1.5", undefined],
  ["-1", undefined],
  ["+1", undefined],
  ["1e3", undefined],
  ["2100-01-01", undefined],
  ["2100-01-01T00:00:00Z", undefined],
  ["Friday, 01-Jan-2100 00:00:00 GMT", undefined],
  ["Fri Jan  1 00:00:00 2100", undefined],
  ["Fri, 01 Jan 2100 00:00:00 +0000", undefined],
  ["Fri, 99 Jan 2100 00:00:00 GMT", undefined],
])("Retry-After: %j asks to wait %s ms", (header, ms) => {
  expect(retryAfterMs(header)).toBe(ms);
});
