import { OperationError } from "@front-door/operations";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rowBatch, vector } from "../../../test/arrow-batch.ts";
import { arrow } from "./arrow.ts";
import { type ArrowMessage, arrowMessages } from "./arrow-messages.ts";

const { schemaBytes, bytes } = rowBatch([["a", vector([1, 2, 3], new arrow.Int32())]]);
const end = Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]);
const stream = Buffer.concat([schemaBytes, bytes, bytes, end]);

async function* pieces(whole: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, index = 0; at < whole.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    yield whole.subarray(at, at + size);
    at += size;
  }
}

async function read(
  whole: Uint8Array,
  sizes = [whole.length],
  reserve = async (_bytes: number): Promise<void> => {},
) {
  const messages: ArrowMessage[] = [];
  for await (const message of arrowMessages(pieces(whole, sizes), reserve)) messages.push(message);
  return messages;
}

test("the messages are the same in whatever pieces the bytes come", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
      async (sizes) => {
        const messages = await read(stream, sizes);
        expect(messages.map(({ kind, rows }) => [kind, rows])).toEqual([
          ["schema", 0],
          ["batch", 3],
          ["batch", 3],
        ]);
        expect(Buffer.concat([...messages.map((message) => message.bytes), end])).toEqual(stream);
      },
    ),
    { numRuns: 50 },
  );
});

test("a stream that is cut inside of a message throws, and between two messages it ends", async () => {
  const whole = Buffer.concat([schemaBytes, bytes]);
  expect(await read(whole)).toHaveLength(2);
  for (let length = schemaBytes.length + 1; length < whole.length; length += 7) {
    await expect(read(whole.subarray(0, length))).rejects.toThrow(OperationError);
  }
});

test("no memory is taken for a message that is refused, whatever size it says it has", async () => {
  const huge = Buffer.from(bytes);
  // The fourth field of the message is the length of its body.
  const table = 8 + huge.readInt32LE(8);
  const vtable = table - huge.readInt32LE(table);
  huge.writeBigInt64LE(BigInt(2 ** 45), table + huge.readUInt16LE(vtable + 4 + 2 * 3));
  const asked: number[] = [];
  const reserve = async (size: number) => {
    asked.push(size);
    if (size > 1_000_000) throw new RangeError("too large");
  };
  const whole = Buffer.concat([schemaBytes, huge]);
  await expect(read(whole, [whole.length], reserve)).rejects.toThrow("too large");
  expect(asked.at(-1)).toBeGreaterThan(2 ** 45);
});

test.each([
  ["text", Buffer.from("<html>not Arrow</html>")],
  ["a negative length", Buffer.from([255, 255, 255, 255, 0, 0, 0, 128])],
  [
    "random bytes after a plausible length",
    Buffer.concat([Buffer.from([255, 255, 255, 255, 64, 0, 0, 0]), Buffer.alloc(64, 7)]),
  ],
])("%s is refused as unreadable", async (_what, whole) => {
  await expect(read(whole)).rejects.toThrow(
    "Databricks answered with something other than its API describes.",
  );
});
