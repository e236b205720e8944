import type { Readable } from "node:stream";
import type { Response } from "express";

/**
 * Streams `body` as the reply, with back-pressure, and resolves when the connection is done with it. A break on either side
 * breaks the other: what is cut never looks whole. A caller that takes nothing for `idleTimeoutMs` is cut off. (Not
 * `pipeline`, which makes and aborts an AbortController for every stream: a tenth of the CPU of a small file.)
 */
export function passOnBody(res: Response, body: Readable, idleTimeoutMs: number): Promise<void> {
  if (res.destroyed) {
    body.destroy();
    return Promise.resolve();
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  res.setTimeout(idleTimeoutMs, () => res.destroy());
  // The gateway's log says what broke; a reply that has begun can only be cut.
  body.once("error", () => res.destroy());
  res.once("close", () => {
    body.destroy();
    resolve();
  });
  body.pipe(res);
  return promise;
}
