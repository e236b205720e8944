import type { IncomingMessage } from "node:http";
import { OperationError } from "@front-door/operations";
import { requestBody } from "@front-door/service-runtime";
import type { Upload } from "../operations/handler.ts";
import type { Deadline } from "./deadline.ts";

/** The caller's body as an {@link Upload}. The deadline gives each side its time as its turn comes. */
export function receiveUpload(request: IncomingMessage, deadline: Deadline): Upload {
  let bytes = 0;
  const body = requestBody(request, {
    onBytes: (count) => {
      bytes += count;
    },
    onTurn: (side) => deadline.waitFor(side === "sender" ? "caller" : "databricks"),
    brokenOff: () => new OperationError("CANCELLED", "The caller hung up before the end of the upload."),
  });
  const declared = request.headers["content-length"];
  return {
    body,
    contentLength: declared === undefined ? undefined : Number(declared),
    bytesRead: () => bytes,
    isComplete: () => request.complete,
  };
}
