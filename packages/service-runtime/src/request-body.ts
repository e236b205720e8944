import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

export interface RequestBodyOptions {
  /** Called with the size of each piece that arrives. */
  readonly onBytes: (count: number) => void;
  /** Called when the other side has to act: the sender with more bytes, or the reader, who is behind. */
  readonly onTurn?: (side: "sender" | "reader") => void;
  /** The error of a body whose sender hung up before its end. */
  readonly brokenOff: () => Error;
}

/**
 * The body of a request as a stream of its own, read from the socket only as fast as it is itself read. Destroying it
 * leaves the request as it is, paused: whoever takes the body may refuse it early, and the socket is needed for the reply.
 * A sender that hangs up breaks the stream, so that half a file is never stored as a whole one.
 * (`request.iterator({ destroyOnReturn: false })` would do, but for a moment leaves a listener that makes `resume()`
 * ineffective, so the rest of the body would never be thrown away.)
 */
export function requestBody(
  request: IncomingMessage,
  { onBytes, onTurn, brokenOff }: RequestBodyOptions,
): Readable {
  const body = new Readable({
    read: () => {
      if (!request.complete) onTurn?.("sender");
      request.resume();
    },
    destroy: (error, callback) => {
      request.pause().off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      callback(error);
    },
  });
  const onData = (piece: Buffer) => {
    onBytes(piece.length);
    const wantsMore = body.push(piece);
    if (!wantsMore) request.pause();
    onTurn?.(wantsMore ? "sender" : "reader");
  };
  const onEnd = () => {
    onTurn?.("reader");
    body.push(null);
  };
  const onClose = () => {
    if (!request.complete) body.destroy(brokenOff());
  };
  // Whoever reads the body learns of its failure; if nobody has begun to, nobody has to.
  body.on("error", () => {});
  request.pause().on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  return body;
}
