import type { IncomingMessage } from "node:http";
import { OperationError } from "@front-door/operations";

/**
 * Throws NOT_IMPLEMENTED (501, RFC 9112, 6.1) for a transfer coding below the chunks, as in `gzip, chunked`: Node decodes the
 * chunks alone, and the body would be taken as it is, compressed. Node itself refuses a body that has no chunks outermost.
 */
export function checkTransferEncoding({ headers }: IncomingMessage): void {
  if (headers["transfer-encoding"]?.includes(",") !== true) return;
  throw new OperationError("NOT_IMPLEMENTED", "Transfer-Encoding must be chunked, or be left out.");
}

/** Throws UNSUPPORTED_MEDIA_TYPE for a body with a content coding: none is decoded here. */
export function checkContentEncoding({ headers }: IncomingMessage): void {
  const coding = headers["content-encoding"];
  if (coding === undefined || coding.trim().toLowerCase() === "identity") return;
  throw new OperationError(
    "UNSUPPORTED_MEDIA_TYPE",
    "Content-Encoding is not supported: send the body uncompressed and without this header.",
  );
}

const formTypes = new Set(["multipart/form-data", "application/x-www-form-urlencoded"]);

/**
 * Throws UNSUPPORTED_MEDIA_TYPE for a form: its file stands in an envelope, which would be stored with it. `curl` sends the
 * second type with `--data-binary` unless told otherwise, and a program may mean it, so it is refused too.
 */
export function refuseForm({ headersDistinct }: IncomingMessage): void {
  const types = (headersDistinct["content-type"] ?? []).flatMap((header) => header.split(","));
  const names = types.map((type) => (type.split(";", 1)[0] ?? "").trim().toLowerCase());
  const form = names.find((name) => formTypes.has(name));
  if (form === undefined) return;
  throw new OperationError(
    "UNSUPPORTED_MEDIA_TYPE",
    `The body must be the bytes of the file, got the content type of a form (${form}), whose envelope would be stored too. Some clients send this type unless told otherwise. Send the file alone: curl -T FILE, or curl -X PUT --data-binary @FILE -H 'content-type: application/octet-stream'.`,
  );
}
