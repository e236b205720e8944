import { OperationError, parseParameters, parseUntrustedJson } from "@front-door/operations";
import { askForBody, type FairLimit } from "@front-door/service-runtime";
import type { Request, Response } from "express";
import type * as z from "zod";
import { countedAs } from "../rate-limit/rate-limit.ts";
import type { Limits } from "../settings/limits.ts";
import { checkContentEncoding } from "./request-body-headers.ts";

export interface JsonBodyReader {
  /**
   * The checked body. Throws an {@link OperationError}: 400, 408, 413 (larger than `bytesMax`) or 415; 429 or 503 when the
   * bodies of all requests under way, this one included, are larger than they may be.
   */
  <Schema extends z.ZodType>(
    req: Request,
    res: Response,
    schema: Schema,
    bytesMax?: number,
  ): Promise<z.output<Schema>>;
}

/**
 * Replaces `express.json()`, which reads a body that is too large to its end before it refuses it. `bodies` counts the
 * bytes of all bodies until their replies are through.
 */
export function createJsonBodyReader(
  { jsonBodyBytesMax, jsonBodyTimeoutMs, jsonDepthMax }: Limits,
  bodies: FairLimit,
): JsonBodyReader {
  return async (req, res, schema, bytesMax = jsonBodyBytesMax) => {
    checkType(req);
    checkContentEncoding(req);
    // A body in chunks may become as large as it may be.
    const length = Number(req.headers["content-length"] ?? bytesMax);
    if (length > bytesMax) throw tooLarge(bytesMax);
    await holdBytes(bodies, req, res, length);
    askForBody(req, res);
    const bytes = await readWithin(req, bytesMax, jsonBodyTimeoutMs);
    return parseParameters(schema, parseJson(bytes, jsonDepthMax), "The body");
  };
}

/** Whether the request has no body at all, or an empty one of known length. */
export function hasNoBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}

async function holdBytes(bodies: FairLimit, req: Request, res: Response, length: number): Promise<void> {
  const caller = countedAs(req, res);
  await bodies.enter(caller, length);
  if (res.closed) bodies.leave(caller, length);
  else res.once("close", () => bodies.leave(caller, length));
}

function checkType({ headers }: Request): void {
  const [type = "", ...parameters] = (headers["content-type"] ?? "")
    .split(";")
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((each) => each.startsWith("charset="))?.slice("charset=".length);
  if (type !== "application/json" || (charset !== undefined && !/^"?utf-?8"?$/.test(charset))) {
    throw new OperationError(
      "UNSUPPORTED_MEDIA_TYPE",
      "The body must be JSON in UTF-8, with Content-Type: application/json. Send {} if it needs no field.",
    );
  }
}

/** Stops reading when the body is too large or too slow, and leaves the stream open for a reply. */
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
    // Also emitted after a complete body.
    if (!req.complete)
      reject(new OperationError("CANCELLED", "The caller hung up before the end of the body."));
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
  const text = decodeUtf8(bytes);
  if (isDeeper(text, depthMax)) {
    throw new OperationError(
      "MALFORMED_REQUEST",
      `The body has more than ${depthMax} levels of arrays and objects.`,
    );
  }
  return parseUntrustedJson(text, "The body");
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new OperationError("MALFORMED_REQUEST", "The body is not valid UTF-8.");
  }
}

/** Counts levels before `JSON.parse` sees them: it takes a second for a megabyte of brackets. */
function isDeeper(text: string, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') inString = !inString;
    else if (inString && character === "\\") index += 1;
    else if (inString) continue;
    else if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
}

function tooLarge(bytesMax: number): OperationError {
  return new OperationError("PAYLOAD_TOO_LARGE", `The body is larger than ${bytesMax} bytes.`);
}
