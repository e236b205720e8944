import type { Response } from "express";
import { encode, encodingFor } from "./compress.ts";
import { endInOneWrite, etagOf, sendNotModified } from "./send-json.ts";

export interface KeptDocument {
  /** Gets its bytes, which are the same each time. */
  readonly read: () => Promise<Buffer>;
  readonly type: string;
  readonly cacheControl: string;
  /** Whether it is made smaller on the way. Fonts and images already are. */
  readonly compressed: boolean;
}

/** The bytes in one encoding. */
interface Variant {
  readonly bytes: Buffer;
  readonly etag: string;
}

/**
 * Sends a document that does not change while this process runs, in the encoding that the caller accepts. It is read,
 * compressed and hashed when somebody first asks for it, and never again: anyone can ask for it, as often as they like.
 * Throws what reading it throws.
 */
export function keptDocument({ read, type, cacheControl, compressed }: KeptDocument) {
  /** In each encoding that somebody has asked for. */
  const variants = new Map<string | undefined, Promise<Variant>>();
  return async (res: Response): Promise<void> => {
    const encoding = compressed ? encodingFor(res) : undefined;
    const variant = variants.get(encoding) ?? variantIn(read, encoding);
    variants.set(encoding, variant);
    const { bytes, etag } = await variant.catch((error: unknown) => {
      variants.delete(encoding);
      throw error;
    });
    if (compressed) res.vary("Accept-Encoding");
    res.setHeader("Cache-Control", cacheControl);
    if (sendNotModified(res, etag)) return;
    if (encoding !== undefined) res.setHeader("Content-Encoding", encoding);
    res.setHeader("Content-Type", type);
    res.setHeader("Content-Length", bytes.length);
    endInOneWrite(res, bytes);
  };
}

async function variantIn(read: KeptDocument["read"], encoding: string | undefined): Promise<Variant> {
  const bytes = await read();
  return { bytes: encoding === undefined ? bytes : await encode(bytes, encoding), etag: etagOf(bytes) };
}
