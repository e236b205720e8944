import { describe, expect, it } from "vitest";
import { arrow, type Columns, rowBatch, vector, words } from "../../../test/arrow-batch.ts";
import { arrowStream } from "./arrow-stream.ts";
import { jsonRows } from "./json-rows.ts";
import type { QueryResult } from "./query-result.ts";
import { decodeBatch, type RowBatch } from "./row-batch.ts";

const list = new arrow.List(new arrow.Field("element", new arrow.Utf8(), true));
const columns: Columns = [
  ["n", vector([1, null, 3, 4, 5], new arrow.Int32())],
  ["n", vector(["a", "", null, "😀", "e"], new arrow.Utf8())],
  ["b", vector([true, null, false, true, true], new arrow.Bool())],
  ["d", words([1n, -1n, null, 10n ** 37n, 5n], new arrow.Decimal(2, 38, 128), 128)],
  ["t", words([0n, -1n, null, 1n, 2n], new arrow.TimestampMicrosecond("UTC"), 64)],
  ["l", vector([["x", null], [], null, ["y"], ["z", "z"]], list)],
  [
    "s",
    vector(
      [{ i: 1 }, null, { i: null }, { i: 4 }, { i: 5 }],
      new arrow.Struct([new arrow.Field("i", new arrow.Int32(), true)]),
    ),
  ],
];

function resultOf(...batches: RowBatch[]): QueryResult {
  return {
    columns: [],
    schemaBytes: batches[0]?.schemaBytes,
    batches: (async function* () {
      yield* batches;
    })(),
    isTruncated: () => false,
    abandon: () => undefined,
  };
}

async function collect(result: QueryResult): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of arrowStream(result)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function asJson(batch: RowBatch): string {
  return Buffer.concat([...jsonRows(batch, { numbersAsStrings: false, before: "", after: "\n" })]).toString();
}

describe("an Arrow stream", () => {
  it("has the unchanged bytes of the schema and of every batch, and an end marker", async () => {
    const batch = rowBatch(columns);
    const stream = await collect(resultOf(batch, batch));
    expect(
      stream.equals(Buffer.concat([batch.schemaBytes, batch.bytes, batch.bytes, stream.subarray(-8)])),
    ).toBe(true);
    expect(arrow.tableFromIPC(stream).numRows).toBe(10);
  });

  it.each([1, 2, 4])("is cut after %i rows, with the same values", async (rowCount) => {
    const batch = { ...rowBatch(columns), rowCount };
    const stream = await collect(resultOf(batch));
    const cut = { ...batch, bytes: stream.subarray(batch.schemaBytes.length) };
    expect([...decodeBatch(cut)].map(({ numRows }) => numRows)).toEqual([rowCount]);
    expect(asJson(cut)).toBe(asJson(batch));
  });

  it.each([
    ["in its body", -8],
    ["in its head", 16],
    ["in its length", 6],
  ])("breaks off at a batch that is cut off %s", async (_, end) => {
    const batch = rowBatch(columns);
    const cut = { ...batch, bytes: batch.bytes.subarray(0, end) };
    await expect(collect(resultOf(cut))).rejects.toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE" });
  });

  it("counts the rows of every message of a batch", async () => {
    const { schemaBytes, bytes } = rowBatch(columns);
    const twice = { schemaBytes, bytes: Buffer.concat([bytes, bytes]), rowCount: 10 };
    expect(arrow.tableFromIPC(await collect(resultOf(twice))).numRows).toBe(10);
    const cut = await collect(resultOf({ ...twice, rowCount: 7 }));
    expect(arrow.tableFromIPC(cut).numRows).toBe(7);
  });

  it("has no columns if the statement has no result", async () => {
    expect(arrow.tableFromIPC(await collect({ ...resultOf(), schemaBytes: undefined })).numCols).toBe(0);
  });
});
