import { schemaMessage } from "@front-door/sql-engine";
import { Field, type RecordBatch, Schema, Table, tableFromIPC, Utf8, vectorFromArray } from "apache-arrow";
import { expect, test } from "vitest";
import { BatchReader } from "./batch-reader.ts";

async function* batchesOf(texts: string[]): AsyncGenerator<RecordBatch> {
  yield* new Table({ t: vectorFromArray(texts, new Utf8()) }).batches;
}

test("a part stays within its byte limit even if its rows came in one long batch", async () => {
  const texts = Array.from({ length: 100 }, (_, row) => String(row).padEnd(100_000, "x"));
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
