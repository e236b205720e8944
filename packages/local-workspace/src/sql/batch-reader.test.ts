import { schemaMessage } from "@front-door/sql-engine";
import { Field, type RecordBatch, Schema, Table, tableFromIPC, Utf8, vectorFromArray } from "apache-arrow";
import { expect, test } from "vitest";
import { BatchReader } from "./batch-reader.ts";

async function* batchesOf(texts: string[]): AsyncGenerator<RecordBatch> {
  yield* new Table({ t: vectorFromArray(texts, new Utf8()) }).batches;
}

test("a part stays within its byte limit even if its rows came in one long batch", async () => {
  const texts = Array.from({ length: 40 }, (_, row) => String(row).padEnd(100_000, "x"));
  const reader = new BatchReader(new Schema([new Field("t", new Utf8(), true)]), batchesOf(texts));
  const read: unknown[] = [];
  for (let last = false; !last; ) {
    const part = await reader.read(8192, 1024 * 1024);
    for (const { ipc } of part.batches) {
      expect(ipc.length).toBeLessThanOrEqual(1024 * 1024 + 1024);
      read.push(...tableFromIPC(Buffer.concat([schemaMessage(reader.schema), ipc])).getChildAt(0)!);
    }
    expect(part.batches.reduce((bytes, { ipc }) => bytes + ipc.length, 0)).toBeLessThan(1.2 * 1024 * 1024);
    last = part.last;
  }
  expect(read).toEqual(texts);
});

test("looking ahead for the size of a result loses no row, and tells a failure only to the next read", async () => {
  const texts = Array.from({ length: 100 }, (_, row) => String(row).padEnd(1000, "x"));
  async function* inTens() {
    for (let at = 0; at < texts.length; at += 10) yield* batchesOf(texts.slice(at, at + 10));
  }
  const schema = new Schema([new Field("t", new Utf8(), true)]);
  const reader = new BatchReader(schema, inTens());
  expect(await reader.holds(50_000)).toBe(true);
  const first = await reader.read(15, 1e9);
  expect(await reader.holds(1e9)).toBe(false);
  const rest = await reader.read(1000, 1e9);
  expect([first.rows, first.last, rest.rowOffset, rest.rows, rest.last]).toEqual([15, false, 15, 85, true]);
  const read = [...first.batches, ...rest.batches].flatMap(({ batch }) => [...batch.getChildAt(0)!]);
  expect(read).toEqual(texts);
  async function* failing() {
    yield* batchesOf(texts.slice(0, 10));
    throw new Error("broken");
  }
  const broken = new BatchReader(schema, failing());
  expect(await broken.holds(1e9)).toBe(false);
  expect((await broken.read(5, 1e9)).rows).toBe(5);
  await expect(broken.read(1000, 1e9)).rejects.toThrow("broken");
});
