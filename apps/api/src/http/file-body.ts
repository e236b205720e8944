import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { OperationError } from "@front-door/operations";

/**
 * The request's body for the hop to the gateway, with back-pressure. It is not the request itself, because undici
 * destroys the stream that it is given when the gateway answers before the end, and destroying the request would cut
 * the caller off from that answer. A caller that hangs up breaks the stream, so that no half file is stored as whole.
 */
export function fileBody(req: IncomingMessage, onBytes: (count: number) => void): Readable {
  const body = new Readable({
    read: () => void req.resume(),
    destroy(error, done) {
      req.off("data", onData);
      req.pause();
      done(error);
    },
  });
  const onData = (chunk: Buffer) => {
    onBytes(chunk.length);
    if (!body.push(chunk)) req.pause();
  };
  const hangUp = () => {
    if (!req.complete) body.destroy(new OperationError("CANCELLED", "The caller hung up before the end."));
  };
  req.on("data", onData);
  req.pause();
  req.once("end", () => body.push(null));
  req.once("close", hangUp);
  req.once("error", hangUp);
  // Who reads it hears of an error; when nobody reads it any more, there is nobody to tell.
  body.on("error", () => undefined);
  return body;
}
