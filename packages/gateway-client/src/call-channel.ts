import type { Duplex } from "node:stream";
import {
  callBytesMax,
  callChannel,
  decodeReply,
  encodeFrame,
  type Frame,
  FrameReader,
  FrameWriter,
  frameKind,
  gatewayHeader,
  type OperationName,
  replyBytesMax,
  shortCaller,
} from "@front-door/operations";
import type { Dispatcher } from "undici";
import { type BufferedReply, boundedExchange, type ExchangeLimits, type Settle } from "./bounded-exchange.ts";
import type { CallOptions } from "./run-request.ts";

const openMs = 1_000;
/** Of calls that the gateway has not read: more would stay in memory although their callers are gone. */
const unsentBytesMax = 1024 * 1024;

/**
 * The client's end of one call channel (see `callChannel` in packages/operations): all calls of this process over one
 * connection, so that those of one turn of the event loop cost one system call. When the connection breaks, each call
 * that runs fails with ECONNRESET, as it would on a connection of its own.
 */
export class CallChannel {
  readonly #socket: Duplex;
  readonly #writer: FrameWriter;
  readonly #reader = new FrameReader(replyBytesMax, (frame) => this.#take(frame));
  readonly #waiting = new Map<number, Settle>();
  #lastId = 0;
  #takesCalls = true;

  private constructor(socket: Duplex) {
    this.#socket = socket;
    this.#writer = new FrameWriter(socket);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.once("end", () => socket.destroy());
    socket.once("close", () => this.#lose());
  }

  /** Rejects when the gateway cannot be had, or does not speak the protocol. */
  static async open(dispatcher: Dispatcher, secret: string): Promise<CallChannel> {
    const { socket } = await dispatcher.upgrade({
      path: callChannel.path,
      protocol: callChannel.protocol,
      headers: { [gatewayHeader.secret]: secret },
      signal: AbortSignal.timeout(openMs),
    });
    return new CallChannel(socket);
  }

  /** Whether further calls may begin. */
  get takesCalls(): boolean {
    return this.#takesCalls;
  }

  /** The reply has no headers but `retry-after`. Undefined: too large for this way, or the gateway reads too slowly. */
  exchange(
    name: OperationName,
    params: object,
    { requestId, caller, workspace, auth }: CallOptions,
    limits: ExchangeLimits,
  ): Promise<BufferedReply> | undefined {
    const who = caller ? shortCaller(caller) : undefined;
    const call = JSON.stringify({ request_id: requestId, caller: who, op: name, params, workspace, auth });
    if (Buffer.byteLength(call) > callBytesMax || this.#writer.bytesWaiting > unsentBytesMax)
      return undefined;
    return boundedExchange(limits, (settle) => {
      const id = this.#nextId();
      this.#waiting.set(id, settle);
      this.#writer.write(encodeFrame(frameKind.call, id, call));
      return () => {
        this.#waiting.delete(id);
        this.#writer.write(encodeFrame(frameKind.cancel, id));
        this.#endWhenDone();
      };
    });
  }

  /** Ends the connection, and with it what runs. */
  close(): void {
    this.#socket.destroy();
    this.#lose();
  }

  /** Calls `listener` when the connection is gone. */
  onClosed(listener: () => void): void {
    this.#socket.once("close", listener);
  }

  #nextId(): number {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return this.#waiting.has(this.#lastId) ? this.#nextId() : this.#lastId;
  }

  #receive(chunk: Buffer): void {
    try {
      this.#reader.push(chunk);
    } catch {
      this.#socket.destroy();
    }
  }

  #take({ kind, id, payload }: Frame): void {
    if (kind === frameKind.closing) {
      this.#takesCalls = false;
    } else if (kind === frameKind.reply) {
      const { status, retryAfterSeconds, body } = decodeReply(payload);
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
      waiting?.resolve({ status, headers, body });
    }
    this.#endWhenDone();
  }

  /** A gateway that is closing waits for this. */
  #endWhenDone(): void {
    if (!this.#takesCalls && this.#waiting.size === 0) this.#socket.destroy();
  }

  #lose(): void {
    this.#takesCalls = false;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      reject(Object.assign(new Error("the gateway's connection broke"), { code: "ECONNRESET" }));
    }
  }
}
