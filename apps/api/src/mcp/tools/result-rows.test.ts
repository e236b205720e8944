import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { readRows } from "./result-rows.ts";

const columns = `{"columns":[{"name":"t","type":"STRING","type_text":"STRING","nullable":true,"position":0}]}\n`;
const end = (rows: number) => `{"complete":true,"row_count":${rows},"truncated":false}\n`;
const wide = `["${"x".repeat(1024 * 1024)}"]\n`;
const bytesMax = 24_000;

/** The text, and then 64 MiB more of a line that does not end, with how much of that was read. */
function endless(text: string) {
  const read = { bytes: 0 };
  const chunk = Buffer.alloc(16 * 1024, "x");
  async function* chunks() {
    yield Buffer.from(text);
    while (read.bytes < 64 * 1024 * 1024) {
      read.bytes += chunk.length;
      yield chunk;
    }
  }
  return { body: Readable.from(chunks()), read };
}

it("ends the stream in the middle of a row that is too large for a result", async () => {
  const { body, read } = endless(`${columns}["`);
  await expect(readRows(body, { bytesMax })).rejects.toMatchObject({ code: "ROW_TOO_LARGE" });
  expect(body.destroyed).toBe(true);
  expect(read.bytes).toBeLessThan(1024 * 1024);
});

it("ends the stream in the middle of columns that are too large for a result", async () => {
  const { body, read } = endless(`{"columns":[{"name":"`);
  await expect(readRows(body, { bytesMax })).rejects.toThrow("Select fewer columns");
  expect(body.destroyed).toBe(true);
  expect(read.bytes).toBeLessThan(1024 * 1024);
});

it("passes over a row that is too large, if the rows after it are asked for", async () => {
  const text = `${columns}["a"]\n${wide}["b"]\n${end(3)}`;
  const chunks = () => Readable.from(text.match(/[^]{1,1000}/g)?.map((each) => Buffer.from(each)) ?? []);
  expect((await readRows(chunks(), { bytesMax, fromRow: 2 })).rows).toEqual([["b"]]);
  expect(await readRows(chunks(), { bytesMax })).toMatchObject({ rows: [["a"]], nextRow: 1 });
});
