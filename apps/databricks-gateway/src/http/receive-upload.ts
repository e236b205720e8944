import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { OperationError } from "@front-door/operations";
import type { Upload } from "../operations/handler.ts";
import type { Deadline } from "./deadline.ts";

/**
 * The caller's body as an {@link Upload}. It reads the socket only as fast as it is itself read, tells the
 * deadline whose turn it is, and fails if the caller breaks off, so that whoever sends it on breaks off too. To destroy it
 * leaves the request as it is, paused: Databricks may refuse early, and the caller's socket is needed for the reply.
 * (`request.iterator({ destroyOnReturn: false })` would do, but leaves a listener for a moment in which `resume()` has
 * no effect, and the rest of the body would never be thrown away.)
 */
export function receiveUpload(request: IncomingMessage, deadline: Deadline): Upload {
  let bytes = 0;
  const onData = (piece: Buffer) => {
    bytes += piece.length;
    if (body.push(piece)) {
      deadline.waitFor("caller");
    } else {
      request.pause();
      deadline.waitFor("databricks");
    }
  };
  const onEnd = () => {
    deadline.waitFor("databricks");
    body.push(null);
  };
  const onClose = () => {
    if (!request.complete) body.destroy(new OperationError("CANCELLED", "The caller broke the upload off."));
  };
  const body = new Readable({
    read: () => {
      // Asked for more: what has arrived is on its way, and the next bytes are the caller's to send.
      if (!request.complete) deadline.waitFor("caller");
      request.resume();
    },
    destroy: (error, callback) => {
      request.pause().off("data", onData).off("end", onEnd).off("close", onClose);
      callback(error);
    },
  });
  // Whoever reads the body learns of its failure; if nobody has begun to, nobody has to.
  body.on("error", () => {});
  request.pause().on("data", onData).on("end", onEnd).on("close", onClose);
  const declared = request.headers["content-length"];
  return {
    body,
    contentLength: declared === undefined ? undefined : Number(declared),
    bytesRead: () => bytes,
    isComplete: () => request.complete,
  };
}
