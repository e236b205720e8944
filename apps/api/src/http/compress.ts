import { promisify } from "node:util";
import { brotliCompress, constants, gzip as gzipCompress, zstdCompress } from "node:zlib";
import type { Response } from "express";

const brotli = promisify(brotliCompress);
const zstd = promisify(zstdCompress);
const gzip = promisify(gzipCompress);

/** In the order of our preference. Each runs on a thread of Node's pool, so that no other request waits. */
const encoders: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: (bytes) => zstd(bytes),
  gzip: (bytes) => gzip(bytes),
};
const encodings = [...Object.keys(encoders), "identity"];

/** Below this, the head and the packet outweigh what is saved. */
const compressedBytesMin = 1024;

/** The content encoding for the reply's caller. Undefined: none. */
export function encodingFor({ req }: Response): string | undefined {
  if (req.headers["accept-encoding"] === undefined) return undefined;
  const encoding = req.acceptsEncodings(encodings);
  return encoding === false || encoding === "identity" ? undefined : encoding;
}

/** The bytes in one of the encodings that {@link encodingFor} returns. */
export async function encode(bytes: Buffer, encoding: string): Promise<Buffer> {
  return (await encoders[encoding]?.(bytes)) ?? bytes;
}

/** Whether a reply of these bytes depends on the encodings that the caller accepts. If so, sets its `Vary`. */
export function variesByEncoding(res: Response, bytes: Buffer): boolean {
  if (bytes.length < compressedBytesMin) return false;
  // Reading the header to extend it takes longer than all else here.
  if (res.hasHeader("Vary")) res.vary("Accept-Encoding");
  else res.setHeader("Vary", "Accept-Encoding");
  return true;
}

/**
 * Sends the body in this encoding, or as it is if it cannot be compressed. Only whole replies come here: a stream must not
 * wait for a compressor to have enough. (No reply has a secret of ours beside text of the caller's, so its length tells
 * nothing: BREACH.)
 */
export async function compressAndSend(res: Response, bytes: Buffer, encoding: string): Promise<void> {
  const encoded = await encode(bytes, encoding).catch(() => undefined);
  if (encoded !== undefined) res.setHeader("Content-Encoding", encoding);
  const body = encoded ?? bytes;
  res.setHeader("Content-Length", body.length);
  res.end(body);
}
