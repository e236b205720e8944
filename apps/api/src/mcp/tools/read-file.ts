import { isUtf8 } from "node:buffer";
import { operations } from "@front-door/operations";
import * as z from "zod";
import { defineTool } from "../tool.ts";

/** In base64, and as a JSON string, they still fit into a result. */
const bytesMax = 16_000;

export const readFile = defineTool({
  name: "read_file",
  title: "Read a file",
  description:
    "Reads a file of a volume, or a part of it: at most 16,000 bytes in a call, as text, or as base64 if it is not text. next_offset says that more follows. For a table in a file, query it: SELECT * FROM read_files('/Volumes/…').",
  domain: "files",
  listedByDefault: true,
  kind: "query",
  idempotent: true,
  needs: ["read_file"],
  params: z.strictObject({
    path: operations.read_file.params.shape.path,
    offset: z.int().min(0).default(0).describe("The first byte to read."),
    length: z.int().min(1).max(bytesMax).default(bytesMax).describe("The most bytes to read."),
  }),
  result: z.object({
    path: z.string(),
    offset: z.int(),
    text: z.string().optional(),
    base64: z.string().optional(),
    file_size: z.int().optional(),
    next_offset: z.int().optional(),
  }),
  async run({ path, offset, length }, { gateway, call }) {
    const range = `bytes=${offset}-${offset + length - 1}`;
    const { headers, body, status } = await gateway.stream("read_file", { path, range }, call);
    // An empty file has no range: 416.
    const bytes = status === 416 ? Buffer.alloc(0) : await read(body, length);
    if (status === 416) body.destroy();
    const size = sizeOf(headers["content-range"]) ?? bytes.length;
    const part = offset + bytes.length < size ? wholeCharacters(bytes) : bytes;
    const end = offset + part.length;
    return {
      structured: {
        path,
        offset,
        ...(isUtf8(part) ? { text: part.toString() } : { base64: part.toString("base64") }),
        file_size: size,
        ...(end < size ? { next_offset: end } : {}),
      },
    };
  },
});

async function read(body: AsyncIterable<Buffer>, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    read += chunk.length;
    // Leaving the loop destroys the stream.
    if (read >= length) break;
  }
  return Buffer.concat(chunks).subarray(0, length);
}

/** `bytes 0-99/1234`, or `bytes` with an asterisk and the size. */
function sizeOf(contentRange: string | undefined): number | undefined {
  const size = /\/(\d+)$/.exec(contentRange ?? "")?.[1];
  return size === undefined ? undefined : Number(size);
}

/** Without the first bytes of a character that the part cuts. A character has at most four bytes. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (const cut of [0, 1, 2, 3]) {
    const part = bytes.subarray(0, bytes.length - cut);
    if (part.length > 0 && isUtf8(part)) return part;
  }
  return bytes;
}
