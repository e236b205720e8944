import type { Readable, Transform } from "node:stream";
import type { Response } from "express";

/**
 * Streams `body` as the reply, with back-pressure, and resolves when the reply has ended. A break on either side breaks the
 * other, so a cut body never looks complete. A caller that reads nothing for `idleTimeoutMs` is cut off. (Not `pipeline`,
 * whose AbortController for every stream takes a tenth of the CPU of a small file.) An encoder on the way is ended only by
 * the end of `body`, so what it has made of a cut body is cut too.
 */
export function passOnBody(
  res: Response,
  body: Readable,
  idleTimeoutMs: number,
  encoder?: Transform,
): Promise<void> {
  if (res.destroyed) {
    body.destroy();
    encoder?.destroy();
    return Promise.resolve();
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  res.setTimeout(idleTimeoutMs, () => res.destroy());
  // A gateway that is alive logs the cause. A reply that has begun can only be cut.
  body.once("error", () => {
    res.locals.errorCode = "GATEWAY_UNAVAILABLE";
    res.destroy();
  });
  encoder?.once("error", () => res.destroy());
  res.once("close", () => {
    body.destroy();
    encoder?.destroy();
    resolve();
  });
  (encoder === undefined ? body : body.pipe(encoder)).pipe(res);
  return promise;
}
