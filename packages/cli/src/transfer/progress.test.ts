import { expect, it } from "vitest";
import { inBytes, progressLine } from "./progress.ts";
import { noCounts } from "./transfer-counts.ts";

it("the progress line says how much there is, how much is settled and how fast it goes", () => {
  const counts = {
    ...noCounts(),
    found: 1_200,
    done: 300,
    bytesFound: 8e9,
    bytesMoved: 1e9,
    bytesUnchanged: 1e9,
  };
  expect(progressLine(counts, 10_000)).toBe(
    "[======                  ] 25%  300/1,200 files  2.0 GB of 8.0 GB  100.0 MB/s",
  );
  expect(progressLine(noCounts(), 0)).toContain("  0%  0/0 files  0 B of 0 B  0 B/s");
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [2 ** 31, "2.1 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(inBytes(bytes)).toBe(text);
});
