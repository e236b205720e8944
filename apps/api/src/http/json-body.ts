import { OperationError, parseUntrustedJson, toInvalidParameterError } from "@front-door/operations";
import type { Request, Response } from "express";
import type * as z from "zod";
import type { Limits } from "../settings/limits.ts";
import { askForBody } from "./expect-continue.ts";

export interface JsonBodyReader {
  /** The body, checked. Throws an {@link OperationError}: 400, 408, 413 (above `bytesMax` or the usual bound) or 415. */
  <Schema extends z.ZodType>(
    req: Request,
    res: Response,
    schema: Schema,
    bytesMax?: number,
  ): Promise<z.output<Schema>>;
}

/** In place of `express.json()`, which reads a body that is too large to its end before it refuses it. */
export function createJsonBodyReader({
  jsonBodyBytesMax,
  jsonBodyTimeoutMs,
  jsonDepthMax,
}: Limits): JsonBodyReader {
  return async (req, res, schema, bytesMax = jsonBodyBytesMax) => {
    checkType(req);
    if (Number(req.headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
    askForBody(req, res);
    const bytes = await readWithin(req, bytesMax, jsonBodyTimeoutMs);
    const body = schema.safeParse(parseJson(bytes, jsonDepthMax));
    if (!body.success) throw toInvalidParameterError(body.error);
    return body.data;
  };
}

function checkType({ headers }: Request): void {
  const [type = "", ...parameters] = (headers["content-type"] ?? "")
    .split(";")
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((each) => each.startsWith("charset="))?.slice("charset=".length);
  if (type !== "application/json" || (charset !== undefined && !/^"?utf-?8"?$/.test(charset))) {
    throw new OperationError("UNSUPPORTED_MEDIA_TYPE", "The body must be JSON in UTF-8: application/json.");
  }
  if ((headers["content-encoding"] ?? "identity") !== "identity") {
    throw new OperationError("UNSUPPORTED_MEDIA_TYPE", "The body must not be compressed.");
  }
}

/** Stops reading, and leaves the stream as it is, once there are too many bytes or too little speed. */
function readWithin(req: Request, bytesMax: number, timeoutMs: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length > bytesMax) reject(tooLarge(bytesMax));
  };
  const onEnd = () => resolve(Buffer.concat(chunks));
  const onClose = () => {
    // Also comes after a body that is complete: an error, with its stack, only for one that is not.
    if (!req.complete) reject(new OperationError("CANCELLED", "The caller hung up before the end."));
  };
  const onTimeout = () =>
    reject(new OperationError("REQUEST_TIMEOUT", `The body took longer than ${timeoutMs / 1000} seconds.`));
  const timer = setTimeout(onTimeout, timeoutMs);
  req.on("data", onData).once("end", onEnd).once("close", onClose).once("error", onClose);
  return promise.finally(() => {
    clearTimeout(timer);
    req.pause();
    req.off("data", onData).off("end", onEnd).off("close", onClose);
  });
}

function parseJson(bytes: Buffer, depthMax: number): unknown {
  if (isDeeper(bytes, depthMax)) {
    throw new OperationError("MALFORMED_REQUEST", `The body has more than ${depthMax} levels.`);
  }
  return parseUntrustedJson(decodeUtf8(bytes), "The body");
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new OperationError("MALFORMED_REQUEST", "The body is not valid UTF-8.");
  }
}

/** Looks at the bytes, before anything that calls itself for each level does. */
function isDeeper(bytes: Buffer, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === code.quote) inString = !inString;
    else if (inString && byte === code.backslash) index += 1;
    else if (inString) continue;
    else if (byte === code.bracket || byte === code.brace) depth += 1;
    else if (byte === code.bracketEnd || byte === code.braceEnd) depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
}

const code = {
  quote: 0x22,
  backslash: 0x5c,
  bracket: 0x5b,
  bracketEnd: 0x5d,
  brace: 0x7b,
  braceEnd: 0x7d,
} as const;

function tooLarge(bytesMax: number): OperationError {
  return new OperationError("PAYLOAD_TOO_LARGE", `The body is larger than ${bytesMax} bytes.`);
}
