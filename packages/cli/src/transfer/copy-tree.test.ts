import { expect, it } from "vitest";
import { type CopyOptions, copyFile } from "./copy-tree.ts";
import type { Transfer } from "./transfer.ts";
import { noCounts } from "./transfer-counts.ts";

it("the bytes of a file that failed are not counted as moved", async () => {
  const counts = noCounts();
  const told: unknown[] = [];
  const transfer: Transfer = {
    async *tree() {},
    makeDirectory: async () => undefined,
    lookIn: async () => async () => undefined,
    isUnchanged: () => false,
    async copy({ onBytes }) {
      onBytes(4);
      onBytes(2);
      throw new Error("The disk is full.");
    },
    sourceOf: () => "source",
    destinationOf: () => "destination",
  };
  const options: CopyOptions = {
    overwrite: false,
    parallel: 1,
    perSecond: 90,
    counts,
    signal: new AbortController().signal,
    onFailure: (what, error) => told.push(what, error),
    onCopied: () => undefined,
  };
  await copyFile(transfer, { isDirectory: false, size: 9, modifiedMs: 0 }, undefined, options);
  expect(told).toEqual(["source", new Error("The disk is full.")]);
  expect(counts).toMatchObject({ copied: 0, failed: 1, done: 1, bytesMoved: 0 });
});
