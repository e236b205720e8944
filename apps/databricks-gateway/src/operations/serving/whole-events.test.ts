import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import { wholeEvents } from "./whole-events.ts";

async function passedOn(pieces: Iterable<string>): Promise<string[]> {
  async function* body() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const passed: string[] = [];
  for await (const piece of wholeEvents(body())) passed.push(piece.toString());
  return passed;
}

afterEach(() => void vi.restoreAllMocks());

it.each(["\n", "\r\n", "\r"])(
  "finds the end of an event that comes byte by byte, with lines that end in %j",
  async (end) => {
    const events = ["data: 1", `event: x${end}data: 2`].map((each) => each + end + end);
    expect(await passedOn(events.join(""))).toEqual(events);
  },
);

it("copies a bounded number of bytes for each that comes, also byte by byte", async () => {
  const concat = vi.spyOn(Buffer, "concat");
  await passedOn("x".repeat(8_000));
  const copied = concat.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
  expect(copied).toBeLessThan(10 * 8_000);
});

it.each(["\n", "\r\n", "\r"])("passes on only whole events, with lines that end in %j", async (end) => {
  const events = ["data: 1", `event: x${end}data: 2`, ": a comment"].map((each) => each + end + end);
  const text = events.join("");
  for (let cut = 1; cut < text.length; cut += 1) {
    const passed = await passedOn([text.slice(0, cut), text.slice(cut)]);
    expect(passed.join("")).toBe(text);
    for (const piece of passed) expect(piece.endsWith(end + end)).toBe(true);
  }
});

it("passes each event on with the piece that completes it", async () => {
  expect(await passedOn(["data: 1\n", "\ndata: 2\n\nda", "ta: 3\n\n"])).toEqual([
    "data: 1\n\ndata: 2\n\n",
    "data: 3\n\n",
  ]);
});

it("changes no byte, whatever comes, and ends with what is left", async () => {
  const text = fc.array(fc.constantFrom("\n", "\r", "a", "data: ", "\n\n"));
  await fc.assert(
    fc.asyncProperty(fc.array(text), async (pieces) => {
      const texts = pieces.map((each) => each.join("")).filter((each) => each !== "");
      expect((await passedOn(texts)).join("")).toBe(texts.join(""));
    }),
  );
});

it("holds back no more than 64 KiB of one event", async () => {
  const half = "x".repeat(40 * 1024);
  expect((await passedOn([half, half, half])).map(({ length }) => length)).toEqual([80 * 1024, 40 * 1024]);
});
