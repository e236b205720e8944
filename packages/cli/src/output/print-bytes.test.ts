import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { printBytes } from "./print-bytes.ts";

const chunks = [Buffer.from("a\u001b"), Buffer.from([0xf0, 0x9f]), Buffer.from([0x98, 0x80, 0xe2, 0x82])];

async function printed(isTerminal: boolean): Promise<Buffer> {
  const written: Buffer[] = [];
  const write = async (chunk: string | Uint8Array) => {
    written.push(Buffer.from(chunk as string));
  };
  await printBytes(Readable.from(chunks), { isTerminal, write });
  return Buffer.concat(written);
}

it("a file is printed byte for byte where the output is not a terminal", async () => {
  expect(await printed(false)).toEqual(Buffer.concat(chunks));
});

it("a terminal gets the text of a file to its end, also where a character is cut off", async () => {
  expect((await printed(true)).toString()).toBe("a\\u001b😀\ufffd");
});
