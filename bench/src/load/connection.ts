import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { LoadPlan, LoadRequest } from "./plan.ts";
import { ReplyReader } from "./reply-reader.ts";

/** Told of every exchange: it ends with one of the two. */
export interface ExchangeSink {
  reply(reply: {
    readonly status: number;
    readonly latencyMs: number;
    readonly firstByteMs: number;
    readonly bodyBytes: number;
    readonly excerpt: string;
  }): void;
  broken(error: Error): void;
  /** Whether it is of use to connect again. */
  hopeful(): boolean;
}

const filler = Buffer.alloc(256 * 1024, "front door ");

/** One keep-alive connection of the load generator: plain sockets and no HTTP client, so that it costs little itself. */
export class Connection {
  readonly #plan: LoadPlan;
  readonly #sink: ExchangeSink;
  /** The next request, undefined when there is to be none. */
  readonly #next: () => LoadRequest | undefined;
  readonly #host: string;
  readonly #heads = new Map<LoadRequest, Buffer>();
  readonly #ended = Promise.withResolvers<void>();
  #socket: Socket | undefined;
  #startedAt = 0;
  #firstByteAt = 0;

  constructor(plan: LoadPlan, sink: ExchangeSink, next: () => LoadRequest | undefined) {
    this.#plan = plan;
    this.#sink = sink;
    this.#next = next;
    this.#host = new URL(plan.origin).host;
  }

  /** Resolves when there is no next request. */
  run(): Promise<void> {
    this.#open();
    return this.#ended.promise;
  }

  /** Breaks off what is under way. */
  cut(): void {
    this.#broken(new Error("it did not end in time"));
    this.#ended.resolve();
  }

  #open(): void {
    const { hostname, port, protocol } = new URL(this.#plan.origin);
    const target = { host: hostname, port: Number(port), noDelay: true };
    const socket = protocol === "https:" ? connectTls({ ...target, ca: this.#plan.ca }) : connect(target);
    socket.setNoDelay(true);
    this.#socket = socket;
    const reader = new ReplyReader(
      () => {
        this.#firstByteAt = performance.now();
      },
      () => this.#finished(reader),
    );
    socket.on("data", (piece) => {
      try {
        reader.take(piece);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.once(protocol === "https:" ? "secureConnect" : "connect", () => this.#send());
    socket.once("error", (error) => this.#broken(error));
    socket.once("close", () => {
      if (this.#socket === socket) this.#broken(new Error("the connection was closed"));
    });
  }

  #broken(error: Error): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    socket.destroy();
    this.#sink.broken(error);
    if (!this.#sink.hopeful()) {
      this.#ended.resolve();
      return;
    }
    // Not at once: a server that is gone would be asked as fast as this machine can.
    setTimeout(() => this.#open(), 50);
  }

  #send(): void {
    const request = this.#next();
    const socket = this.#socket;
    if (request === undefined || socket === undefined) {
      this.#socket = undefined;
      socket?.destroy();
      this.#ended.resolve();
      return;
    }
    this.#startedAt = performance.now();
    this.#firstByteAt = 0;
    socket.write(this.#headOf(request));
    if (request.bodyBytes !== undefined) this.#sendBody(socket, request.bodyBytes);
  }

  #sendBody(socket: Socket, bytes: number): void {
    let left = bytes;
    const more = () => {
      while (left > 0 && !socket.destroyed) {
        const piece = left < filler.length ? filler.subarray(0, left) : filler;
        left -= piece.length;
        if (!socket.write(piece)) {
          socket.once("drain", more);
          return;
        }
      }
    };
    more();
  }

  #finished(reader: ReplyReader): void {
    const now = performance.now();
    const { status, bodyBytes, retryAfterMs, excerpt } = reader;
    this.#sink.reply({
      status,
      bodyBytes,
      excerpt,
      latencyMs: now - this.#startedAt,
      firstByteMs: (this.#firstByteAt === 0 ? now : this.#firstByteAt) - this.#startedAt,
    });
    const waitMs = this.#plan.honourRetryAfter && (status === 503 || status === 429) ? retryAfterMs : 0;
    if (waitMs > 0) setTimeout(() => this.#send(), waitMs);
    else this.#send();
  }

  #headOf(request: LoadRequest): Buffer {
    const known = this.#heads.get(request);
    if (known !== undefined) return known;
    const { method, path, headers = {}, body, bodyBytes } = request;
    const length = bodyBytes ?? (body === undefined ? undefined : Buffer.byteLength(body));
    const lines = [
      `${method} ${path} HTTP/1.1`,
      `host: ${this.#host}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(length === undefined ? [] : [`content-length: ${length}`]),
    ];
    const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
    this.#heads.set(request, head);
    return head;
  }
}
