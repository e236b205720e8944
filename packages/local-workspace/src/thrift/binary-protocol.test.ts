import { expect, test } from "vitest";
import { ThriftReader, ThriftWriter } from "./binary-protocol.ts";

/** Far more than one of the writer's buffers holds, with every kind of value at a border between two. */
const ROUNDS = 5_000;

test("a message of any length is written correctly, whatever value crosses the end of a buffer", () => {
  const output = new ThriftWriter();
  for (let round = 0; round < ROUNDS; round += 1) {
    output.byte(round % 128);
    output.i16(round);
    output.i32(0 - round);
    output.i64(BigInt(round) << 40n);
    output.double(round / 3);
    if (round % 97 === 0) output.binary(Buffer.from(`text ${round}`));
  }
  const input = new ThriftReader(output.take());
  for (let round = 0; round < ROUNDS; round += 1) {
    expect([input.byte(), input.i16(), input.i32(), input.i64(), input.double()]).toEqual([
      round % 128,
      round,
      0 - round,
      BigInt(round) << 40n,
      round / 3,
    ]);
    if (round % 97 === 0) expect(input.binary().toString()).toBe(`text ${round}`);
  }
});
