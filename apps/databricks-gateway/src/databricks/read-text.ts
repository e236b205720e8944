import type { Readable } from "node:stream";

/** Reads the body as text, or its first `bytesMax` bytes; if it is longer, the connection is closed. */
export async function readText(body: Readable, bytesMax: number): Promise<{ text: string; whole: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the body, which closes the socket.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > bytesMax) return { text: Buffer.concat(chunks).toString("utf8", 0, bytesMax), whole: false };
  }
  return { text: Buffer.concat(chunks).toString("utf8"), whole: true };
}
