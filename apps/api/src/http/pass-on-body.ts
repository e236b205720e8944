import { pipeline } from "node:stream/promises";
import type { Download } from "@front-door/gateway-client";
import type { Response } from "express";

/** Streams with back-pressure. A break on either side breaks the other: what is cut never looks whole. */
export async function passOnBody(
  { res, call: { signal } }: { readonly res: Response; readonly call: { readonly signal: AbortSignal } },
  { body }: Download,
  idleTimeoutMs: number,
): Promise<void> {
  res.setTimeout(idleTimeoutMs, () => res.destroy());
  try {
    await pipeline(body, res);
  } catch (error) {
    // The caller is gone, or its connection was cut here: there is no reply that the error could be.
    if (!signal.aborted && !res.destroyed) throw error;
    res.destroy();
  }
}
