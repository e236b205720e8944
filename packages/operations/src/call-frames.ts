import type { Writable } from "node:stream";
import * as z from "zod";
import { toInvalidParameterError } from "./errors.ts";
import { parseUntrustedJson } from "./parse-untrusted-json.ts";
import { runRequest } from "./run-protocol.ts";

/**
 * The call channel: one connection that carries many JSON operations at once, each answered when it is done. It begins
 * as an HTTP/1.1 upgrade (RFC 9110, 7.8) that shows the installation's secret; after the 101 both sides send frames:
 *
 *     4 bytes  length of what follows, big endian
 *     1 byte   kind
 *     4 bytes  id of the call, big endian, chosen by the client and not used by another of its running calls
 *     …        payload
 *
 * HTTP/1.1 has one request on a connection at a time, so a hop by HTTP costs a system call and a parsed head for each
 * message; frames of one turn of the event loop go out together. (HTTP/2 multiplexes too; Node's takes 1.5 times the CPU
 * of its HTTP/1.1: docs/performance.md.)
 */
export const callChannel = { path: "/calls", protocol: "databricks-gateway-calls-1" } as const;

export const frameKind = {
  /** Client: {@link CallRequest} in JSON. */
  call: 1,
  /** Client: nobody waits for the reply any more. No payload, no answer. */
  cancel: 2,
  /** Gateway: 2 bytes status, 2 bytes seconds of Retry-After or {@link noRetryAfter}, then the body of `/run`'s reply. */
  reply: 3,
  /** Gateway: it wants to end; the client begins no further call and ends the connection after its last reply. Id 0. */
  closing: 4,
} as const;

export interface Frame {
  readonly kind: number;
  readonly id: number;
  readonly payload: Buffer;
}

export interface CallReply<Body = Buffer> {
  readonly status: number;
  /** At most 65,534. */
  readonly retryAfterSeconds?: number | undefined;
  readonly body: Body;
}

/** The payload of a call is at most this long; longer ones take `/run`. */
export const callBytesMax = 64 * 1024;
/** The same of a reply: more than all that the gateway reads of one reply of Databricks. */
export const replyBytesMax = 256 * 1024 * 1024;
const lengthBytes = 4;
const headBytes = lengthBytes + 5;
const replyHeadBytes = 4;
const noRetryAfter = 0xffff;

const callRequest = runRequest.extend({
  request_id: z.string().max(128),
  caller: z.string().min(1).max(1024).optional(),
});

/** What `/run` takes, and what stands in its headers. */
export type CallRequest = z.output<typeof callRequest>;

/** What may be a {@link CallRequest}. Throws a MALFORMED_REQUEST {@link OperationError}. */
export function decodeCall(payload: Buffer): { readonly request_id?: unknown } {
  return Object(parseUntrustedJson(payload.toString("utf8"), "The call")) as object;
}

/** Throws an INVALID_PARAMETER_VALUE {@link OperationError} that names the field. */
export function parseCall(value: object): CallRequest {
  const call = callRequest.safeParse(value);
  if (!call.success) throw toInvalidParameterError(call.error);
  return call.data;
}

/** A frame without a payload, or with a text. */
export function encodeFrame(kind: number, id: number, payload = ""): Buffer {
  const bytes = Buffer.byteLength(payload);
  const frame = startFrame(kind, id, bytes);
  frame.write(payload, headBytes, "utf8");
  return frame;
}

export function encodeReply(id: number, { status, retryAfterSeconds, body }: CallReply<string>): Buffer {
  const frame = startFrame(frameKind.reply, id, replyHeadBytes + Buffer.byteLength(body));
  const seconds = Math.min(Math.max(Math.ceil(retryAfterSeconds ?? 0), 0), noRetryAfter - 1);
  const retryAfter = retryAfterSeconds === undefined ? noRetryAfter : seconds;
  frame.writeUInt16BE(status, headBytes);
  frame.writeUInt16BE(retryAfter, headBytes + 2);
  frame.write(body, headBytes + replyHeadBytes, "utf8");
  return frame;
}

/** Throws a RangeError for a payload that is none. */
export function decodeReply(payload: Buffer): CallReply {
  const retryAfter = payload.readUInt16BE(2);
  return {
    status: payload.readUInt16BE(0),
    retryAfterSeconds: retryAfter === noRetryAfter ? undefined : retryAfter,
    body: payload.subarray(replyHeadBytes),
  };
}

function startFrame(kind: number, id: number, payloadBytes: number): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + payloadBytes);
  frame.writeUInt32BE(headBytes - lengthBytes + payloadBytes, 0);
  frame.writeUInt8(kind, lengthBytes);
  frame.writeUInt32BE(id, lengthBytes + 1);
  return frame;
}

/** Gives frames out of a stream of bytes, each when all of it is there. */
export class FrameReader {
  readonly #payloadBytesMax: number;
  readonly #onFrame: (frame: Frame) => void;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #bytesWanted = headBytes;

  constructor(payloadBytesMax: number, onFrame: (frame: Frame) => void) {
    this.#payloadBytesMax = payloadBytesMax;
    this.#onFrame = onFrame;
  }

  /** Throws a RangeError for a frame that is shorter than its head or longer than it may be: the stream is lost then. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    // A long frame is put together once, and not again with each piece of it.
    if (this.#bytes < this.#bytesWanted) return;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#bytes);
    let at = 0;
    this.#bytesWanted = headBytes;
    while (bytes.length - at >= headBytes) {
      const frameBytes = lengthBytes + bytes.readUInt32BE(at);
      if (frameBytes < headBytes || frameBytes > headBytes + this.#payloadBytesMax) {
        throw new RangeError(`a frame of ${frameBytes} bytes`);
      }
      if (at + frameBytes > bytes.length) {
        this.#bytesWanted = frameBytes;
        break;
      }
      this.#onFrame({
        kind: bytes.readUInt8(at + lengthBytes),
        id: bytes.readUInt32BE(at + lengthBytes + 1),
        payload: bytes.subarray(at + headBytes, at + frameBytes),
      });
      at += frameBytes;
    }
    this.#chunks = at === bytes.length ? [] : [bytes.subarray(at)];
    this.#bytes = bytes.length - at;
  }
}

/** Above this a frame is not worth a copy that would save a system call. */
const joinedBytesMax = 64 * 1024;

/**
 * Writes the small frames of one turn of the event loop together: a system call for all of them. Large ones go one after
 * the other, each when the one before it has been taken, so that small ones overtake those that wait.
 */
export class FrameWriter {
  readonly #stream: Writable;
  #small: Buffer[] = [];
  readonly #large: Buffer[] = [];
  #isFlushing = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on("drain", () => this.#writeLarge());
  }

  /** Bytes that were given and that the other side has not taken, frames of this turn and large ones aside. */
  get bytesWaiting(): number {
    return this.#stream.writableLength;
  }

  write(frame: Buffer): void {
    if (frame.length > joinedBytesMax) this.#large.push(frame);
    else this.#small.push(frame);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    // After what has arrived is read, and before anything is waited for.
    setImmediate(() => this.flush());
  }

  /** Writes at once what waits for the end of the turn. */
  flush(): void {
    this.#isFlushing = false;
    const frames = this.#small;
    this.#small = [];
    const [first] = frames;
    if (first !== undefined && this.#stream.writable) {
      this.#stream.write(frames.length === 1 ? first : Buffer.concat(frames));
    }
    this.#writeLarge();
  }

  /** Writes all that waits, however much that is, and ends the stream. */
  end(): void {
    this.flush();
    for (const frame of this.#large.splice(0)) this.#stream.write(frame);
    this.#stream.end();
  }

  #writeLarge(): void {
    while (!this.#stream.writableNeedDrain && this.#stream.writable) {
      const frame = this.#large.shift();
      if (frame === undefined) return;
      this.#stream.write(frame);
    }
  }
}
