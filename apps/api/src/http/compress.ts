import { promisify } from "node:util";
import { brotliCompress, constants, gzip, zstdCompress } from "node:zlib";
import type { Response } from "express";

const brotli = promisify(brotliCompress);
const zstd = promisify(zstdCompress);
const deflate = promisify(gzip);

/** In the order of our preference. Each runs on a thread of Node's pool, so that no other request waits. */
const encoders: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: (bytes) => zstd(bytes),
  gzip: (bytes) => deflate(bytes),
};
const codings = [...Object.keys(encoders), "identity"];

/** Below this, the head and the packet outweigh what is saved. */
const compressedBytesMin = 1024;

/** The content coding for the reply's caller. Undefined: none. */
export function codingFor({ req }: Response): string | undefined {
  if (req.headers["accept-encoding"] === undefined) return undefined;
  const coding = req.acceptsEncodings(codings);
  return coding === false || coding === "identity" ? undefined : coding;
}

/** The bytes in one of the codings that {@link codingFor} returns. */
export async function encode(bytes: Buffer, coding: string): Promise<Buffer> {
  return (await encoders[coding]?.(bytes)) ?? bytes;
}

/**
 * Sends the body compressed, if it is large enough and the caller accepts an encoding; otherwise returns false and sends
 * nothing. Only whole replies come here: a stream must not wait for a compressor to have enough. (No reply has a secret of
 * ours beside text of the caller's, so its length tells nothing: BREACH.)
 */
export function sendCompressed(res: Response, bytes: Buffer): boolean {
  if (bytes.length < compressedBytesMin || res.hasHeader("Content-Encoding")) return false;
  // Reading the header to extend it takes longer than all else here.
  if (res.hasHeader("Vary")) res.vary("Accept-Encoding");
  else res.setHeader("Vary", "Accept-Encoding");
  const coding = codingFor(res);
  if (coding === undefined) return false;
  void compressAndSend(res, bytes, coding);
  return true;
}

/** Sends the body as it is if it cannot be compressed. */
async function compressAndSend(res: Response, bytes: Buffer, coding: string): Promise<void> {
  const encoded = await encode(bytes, coding).catch(() => undefined);
  if (encoded !== undefined) res.setHeader("Content-Encoding", coding);
  const body = encoded ?? bytes;
  res.setHeader("Content-Length", body.length);
  res.end(body);
}
