import { Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeCall,
  decodeReply,
  encodeFrame,
  encodeReply,
  type Frame,
  FrameReader,
  FrameWriter,
  frameKind,
  parseCall,
} from "./call-frames.ts";

const payloadBytesMax = 2_000;

function readAll(chunks: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader(payloadBytesMax, (frame) => frames.push(frame));
  for (const chunk of chunks) reader.push(chunk);
  return frames;
}

/** `bytes` in pieces that end at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends
    .map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    .filter(({ length }) => length > 0);
}

test("frames are read as they were written, in whatever pieces they come", () => {
  const frame = fc.record({
    kind: fc.constantFrom(...Object.values(frameKind)),
    id: fc.integer({ min: 0, max: 0xffff_ffff }),
    payload: fc.string({ unit: "grapheme", maxLength: 200 }),
  });
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.nat(), { maxLength: 20 }), (frames, places) => {
      const bytes = Buffer.concat(frames.map(({ kind, id, payload }) => encodeFrame(kind, id, payload)));
      const read = readAll(cut(bytes, places));
      expect(read.map((each) => ({ ...each, payload: each.payload.toString("utf8") }))).toEqual(
        frames.map((each) => ({ ...each, payload: Buffer.from(each.payload).toString("utf8") })),
      );
    }),
  );
});

test("a reply is read as it was written; a wait that is too long for its field is the longest", () => {
  const reply = fc.record({
    status: fc.integer({ min: 100, max: 599 }),
    retryAfterSeconds: fc.option(fc.nat(65_534), { nil: undefined }),
    body: fc.json(),
  });
  fc.assert(
    fc.property(reply, ({ status, retryAfterSeconds, body }) => {
      const [frame] = readAll([encodeReply(7, { status, retryAfterSeconds, body: body.slice(0, 500) })]);
      const read = decodeReply(frame?.payload ?? Buffer.alloc(0));
      expect({ ...read, body: read.body.toString("utf8") }).toEqual({
        status,
        retryAfterSeconds,
        body: Buffer.from(body.slice(0, 500)).toString("utf8"),
      });
    }),
  );
  const [frame] = readAll([encodeReply(7, { status: 429, retryAfterSeconds: 1e9, body: "" })]);
  expect(decodeReply(frame?.payload ?? Buffer.alloc(0)).retryAfterSeconds).toBe(65_534);
  const [negative] = readAll([encodeReply(7, { status: 503, retryAfterSeconds: -1, body: "" })]);
  expect(decodeReply(negative?.payload ?? Buffer.alloc(0)).retryAfterSeconds).toBe(0);
});

test.each([
  ["shorter than its head", Buffer.from([0, 0, 0, 4, 1, 0, 0, 0, 1])],
  ["longer than it may be", encodeFrame(1, 1, "x".repeat(payloadBytesMax + 1))],
  ["far longer, of which only the head has come", Buffer.from([255, 255, 255, 255, 1, 0, 0, 0, 1])],
])("a frame that is %s is refused", (_what, bytes) => {
  expect(() => readAll([bytes])).toThrow(RangeError);
});

/** A stream that takes a piece when it is told to, and the pieces that it was given. */
function slowStream() {
  const given: Buffer[] = [];
  const taken: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 100_000,
    write: (chunk: Buffer, _encoding, done) => {
      given.push(chunk);
      taken.push(done);
    },
  });
  return { stream, given, take: () => taken.shift()?.() };
}

const small = (id: number) => encodeFrame(frameKind.cancel, id);
const large = (id: number) => encodeReply(id, { status: 200, body: "x".repeat(150_000) });

describe("a writer of frames", () => {
  test("writes those of one turn of the event loop together", async () => {
    const { stream, given } = slowStream();
    const writer = new FrameWriter(stream);
    for (let id = 0; id < 3; id++) writer.write(small(id));
    expect(given).toEqual([]);
    await nextTurn();
    expect(given).toEqual([Buffer.concat([small(0), small(1), small(2)])]);
  });

  test("writes nothing to a stream that is closed", async () => {
    const { stream, given } = slowStream();
    const failed: Error[] = [];
    stream.on("error", (error) => failed.push(error));
    const writer = new FrameWriter(stream);
    writer.write(small(0));
    writer.write(large(1));
    stream.destroy();
    await nextTurn();
    await nextTurn();
    expect([given, failed]).toEqual([[], []]);
  });

  test("holds large ones back until the one before is taken, and small ones overtake them", async () => {
    const { stream, given, take } = slowStream();
    const writer = new FrameWriter(stream);
    for (const id of [1, 2, 3]) writer.write(large(id));
    await nextTurn();
    writer.write(small(4));
    await nextTurn();
    for (let count = 0; count < 4; count++) {
      take();
      await nextTurn();
    }
    expect(given.map((frame) => frame.readUInt32BE(5))).toEqual([1, 4, 2, 3]);
    // Passed on as it is: a copy would double the memory that large replies take.
    expect(given[0]).toHaveLength(large(1).length);
  });

  test("writes all that waits before it ends", async () => {
    const { stream, given, take } = slowStream();
    const writer = new FrameWriter(stream);
    for (const id of [1, 2]) writer.write(large(id));
    writer.write(small(3));
    writer.end();
    for (let count = 0; count < 3; count++) {
      take();
      await nextTurn();
    }
    expect(given.map((frame) => frame.readUInt32BE(5))).toEqual([3, 1, 2]);
    expect(stream.writableFinished).toBe(true);
  });
});

test.each([
  ["nothing", "null", "INVALID_PARAMETER_VALUE"],
  ["no JSON", "{", "MALFORMED_REQUEST"],
  ["no id", '{"op":"me"}', "INVALID_PARAMETER_VALUE"],
  ["a field that there is not", '{"request_id":"r","op":"me","as":"root"}', "INVALID_PARAMETER_VALUE"],
  ["a caller without a name", '{"request_id":"r","op":"me","caller":""}', "INVALID_PARAMETER_VALUE"],
  ["a prototype", '{"request_id":"r","op":"me","params":{"__proto__":{"a":1}}}', "MALFORMED_REQUEST"],
  ["a hidden one", '{"request_id":"r","op":"me","params":{"\\u005f_proto__":{}}}', "MALFORMED_REQUEST"],
  [
    "a constructor's",
    '{"request_id":"r","op":"me","params":{"constructor":{"prototype":1}}}',
    "MALFORMED_REQUEST",
  ],
])("a call with %s is refused", (_what, text, code) => {
  expect(() => parseCall(decodeCall(Buffer.from(text)))).toThrow(expect.objectContaining({ code }));
});
