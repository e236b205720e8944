import type { Transform } from "node:stream";
import { promisify } from "node:util";
import {
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzip as gzipCompress,
  zstdCompress,
} from "node:zlib";
import type { Response } from "express";

const brotli = promisify(brotliCompress);
const zstd = promisify(zstdCompress);
const gzip = promisify(gzipCompress);

interface Encoder {
  /** For a reply that is there at once. */
  readonly whole: (bytes: Buffer) => Promise<Buffer>;
  /** For one that arrives piece by piece: fast, in a window of 128 KiB or less, and each piece goes out by itself. */
  readonly stream: () => Transform;
}

/** The fastest first: that is our preference. Each runs on a thread of Node's pool, so that no other request waits. */
const encoders: Readonly<Record<string, Encoder>> = {
  zstd: {
    whole: (bytes) => zstd(bytes),
    stream: () =>
      createZstdCompress({
        flush: constants.ZSTD_e_flush,
        params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: 17 },
      }),
  },
  br: {
    whole: (bytes) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
    stream: () =>
      createBrotliCompress({
        flush: constants.BROTLI_OPERATION_FLUSH,
        params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 17 },
      }),
  },
  gzip: {
    whole: (bytes) => gzip(bytes),
    stream: () => createGzip({ flush: constants.Z_SYNC_FLUSH, level: 1 }),
  },
};
const encodings = [...Object.keys(encoders), "identity"];

/** Below this, the head and the packet outweigh what is saved. */
const compressedBytesMin = 1024;

/** The content encoding for the reply's caller. Undefined: none. */
export function encodingFor({ req }: Response): string | undefined {
  const accepted = req.headers["accept-encoding"]?.toString().toLowerCase();
  if (accepted === undefined) return undefined;
  const weights = encodings.map((encoding) => weightOf(encoding, accepted));
  const highest = Math.max(...weights);
  const encoding = highest > 0 ? encodings[weights.indexOf(highest)] : undefined;
  return encoding === "identity" ? undefined : encoding;
}

/**
 * The weight, 0 to 1, that a caller gives an encoding (RFC 9110, 12.5.3). Express's own choice among equal weights is the
 * one that comes first in the header, and browsers begin with `gzip`.
 */
function weightOf(encoding: string, accepted: string): number {
  const each = accepted.split(",").map((part) => part.split(";").map((word) => word.trim()));
  const named = each.find(([name]) => name === encoding) ?? each.find(([name]) => name === "*");
  if (named === undefined) return encoding === "identity" ? 0.001 : 0;
  const weight = Number(named.find((word) => word.startsWith("q="))?.slice("q=".length) ?? 1);
  return weight > 0 && weight <= 1 ? weight : 0;
}

/** The bytes in one of the encodings that {@link encodingFor} returns. */
export async function encode(bytes: Buffer, encoding: string): Promise<Buffer> {
  return (await encoders[encoding]?.whole(bytes)) ?? bytes;
}

/** What encodes a streamed reply for its caller. Sets the reply's headers for it. Undefined: the caller accepts none. */
export function streamEncoder(res: Response): Transform | undefined {
  res.vary("Accept-Encoding");
  const encoding = encodingFor(res);
  if (encoding === undefined) return undefined;
  res.setHeader("Content-Encoding", encoding);
  return encoders[encoding]?.stream();
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
 * Sends the whole body in this encoding, or as it is if it cannot be compressed. (No reply has a secret of ours beside text
 * of the caller's, so its length tells nothing: BREACH.)
 */
export async function compressAndSend(res: Response, bytes: Buffer, encoding: string): Promise<void> {
  const encoded = await encode(bytes, encoding).catch(() => undefined);
  if (encoded !== undefined) res.setHeader("Content-Encoding", encoding);
  const body = encoded ?? bytes;
  res.setHeader("Content-Length", body.length);
  res.end(body);
}
