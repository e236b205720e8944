import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import {
  type CallReply,
  callBytesMax,
  callChannel,
  decodeCall,
  encodeFrame,
  encodeReply,
  type Frame,
  FrameReader,
  FrameWriter,
  frameKind,
  OperationError,
  parseCall,
  replyBytesMax,
  requestIdPattern,
  toErrorEnvelope,
} from "@front-door/operations";
import type { Redactor } from "@front-door/service-runtime";
import type { FastifyInstance } from "fastify";
import { withDatabricksAuth } from "../auth/auth-context.ts";
import { checkHost, checkNoIdentityHeader, createSecretCheck } from "./check-caller.ts";
import type { Deadline } from "./deadline.ts";
import { refuseByHand } from "./early-refusals.ts";
import { callHandler, checkOperation, openCall, type RunParts } from "./operation-call.ts";
import { type RequestTrace, recordFailure } from "./request-trace.ts";
import { validateResult } from "./validate-result.ts";

export interface CallChannelOptions extends RunParts {
  readonly secret: string;
  readonly redact: Redactor;
  /** Called when a call is over, however it went. */
  readonly onEnd: (trace: RequestTrace) => void;
}

/** How long a client that was told of the end may take to end its connection, when it has no call running. */
const farewellMs = 1_000;

/** In UTF-8 no character of a string takes more than three bytes. */
const replyCharactersMax = Math.floor((replyBytesMax - 1024) / 3);

/** Whether a request asks for the call channel; any other `Upgrade` is passed over, as HTTP has it. */
export function isCallUpgrade({ method, url, headers, httpVersion }: IncomingMessage): boolean {
  const hasBody = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
  const asks = headers.upgrade?.toLowerCase() === callChannel.protocol;
  return asks && method === "GET" && url === callChannel.path && httpVersion === "1.1" && !hasBody;
}

/** Serves the call channel: what {@link isCallUpgrade} lets through is checked and upgraded here, without Fastify. */
export function addCallChannel(app: FastifyInstance, options: CallChannelOptions): void {
  const checkSecret = createSecretCheck(options.secret);
  const channels = new Set<CallChannel>();
  let closing = false;
  app.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    try {
      // Before 24.9 Node does not ask isCallUpgrade, and every upgrade comes here.
      if (!isCallUpgrade(request)) throw new OperationError("BAD_REQUEST", "There is no such protocol.");
      checkHost(request);
      checkSecret(request);
      checkNoIdentityHeader(request);
      if (closing) throw new OperationError("TEMPORARILY_UNAVAILABLE", "The gateway is closing.");
    } catch (error) {
      socket.on("error", () => socket.destroy());
      refuseByHand(socket, toErrorEnvelope(error, randomUUID()));
      return;
    }
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${callChannel.protocol}\r\n\r\n`,
    );
    const channel = new CallChannel(socket, options);
    channels.add(channel);
    socket.once("close", () => channels.delete(channel));
    if (head.length > 0) channel.receive(head);
  });
  app.addHook("preClose", async () => {
    closing = true;
    for (const channel of channels) channel.sayFarewell();
  });
}

/** One connection: its calls run side by side, and each is answered when it is done. */
class CallChannel {
  readonly #socket: Duplex;
  readonly #options: CallChannelOptions;
  readonly #reader = new FrameReader(callBytesMax, (frame) => this.#take(frame));
  readonly #writer: FrameWriter;
  /** The calls that run, by their ids; the deadline is there once the call was admitted. */
  readonly #running = new Map<number, Deadline | undefined>();
  #farewell: NodeJS.Timeout | undefined;

  constructor(socket: Duplex, options: CallChannelOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#writer = new FrameWriter(socket);
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.once("end", () => socket.destroy());
    socket.once("close", () => {
      for (const deadline of this.#running.values()) deadline?.callerGone();
    });
  }

  receive(chunk: Buffer): void {
    try {
      this.#reader.push(chunk);
    } catch {
      // What comes next cannot be told from the rest of this.
      this.#socket.destroy();
    }
  }

  /** The client is to end the connection; it is ended here when it does not. */
  sayFarewell(): void {
    this.#writer.write(encodeFrame(frameKind.closing, 0));
    this.#writer.flush();
    this.#farewell = setTimeout(() => this.#endWhenIdle(), farewellMs).unref();
  }

  #endWhenIdle(): void {
    if (this.#running.size > 0) this.#farewell?.refresh();
    else this.#writer.end();
  }

  /** Throws a RangeError for a frame that no client of this protocol sends. */
  #take({ kind, id, payload }: Frame): void {
    // There is no answer any more to what came after the end.
    if (!this.#socket.writable) return;
    if (kind === frameKind.cancel) {
      this.#running.get(id)?.callerGone();
    } else if (kind === frameKind.call && !this.#running.has(id)) {
      this.#running.set(id, undefined);
      void this.#answer(id, payload);
    } else {
      throw new RangeError(`a frame of kind ${kind} with id ${id}`);
    }
  }

  async #answer(id: number, payload: Buffer): Promise<void> {
    const trace = this.#newTrace();
    const reply = await this.#run(id, payload, trace).catch((error: unknown) => failure(trace, error));
    const deadline = this.#running.get(id);
    this.#running.delete(id);
    trace.status = reply.status;
    // One that nobody waits for any more is passed over by the client.
    this.#writer.write(encodeReply(id, reply));
    // Behind the writing of the reply, so that its caller does not wait for it.
    setImmediate(() => {
      deadline?.end();
      this.#options.onEnd(trace);
    });
  }

  async #run(id: number, payload: Buffer, trace: RequestTrace): Promise<CallReply<string>> {
    const given = decodeCall(payload);
    const { request_id: requestId } = given;
    if (typeof requestId === "string" && requestIdPattern.test(requestId)) trace.requestId = requestId;
    const request = parseCall(given);
    const name = checkOperation(request.op, "call");
    trace.op = name;
    trace.caller = request.caller;
    const call = openCall(name, request, trace, this.#options);
    this.#running.set(id, call.deadline);
    const result = await withDatabricksAuth(call.auth, () => callHandler(call, this.#options));
    const body = JSON.stringify(validateResult(name, result));
    if (body.length > replyCharactersMax) {
      throw new OperationError(
        "UPSTREAM_INVALID_RESPONSE",
        "Databricks' answer is too large to be passed on.",
      );
    }
    return { status: 200, body };
  }

  #newTrace(): RequestTrace {
    const { redact } = this.#options;
    return {
      requestId: randomUUID(),
      method: "CALL",
      path: callChannel.path,
      startedMs: performance.now(),
      redact,
    };
  }
}

function failure(trace: RequestTrace, error: unknown): CallReply<string> {
  const known = recordFailure(trace, error);
  const { status, retryAfterSeconds, code } = known;
  const envelope = toErrorEnvelope(code === "INTERNAL_ERROR" ? undefined : known, trace.requestId);
  return { status, retryAfterSeconds, body: JSON.stringify(envelope) };
}
