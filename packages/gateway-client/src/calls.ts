import { callChannel, gatewayHeader, type OperationName } from "@front-door/operations";
import type { Dispatcher } from "undici";
import type { BufferedReply, ExchangeLimits } from "./bounded-exchange.ts";
import { exchangeBuffered } from "./buffered-exchange.ts";
import { CallChannel } from "./call-channel.ts";
import { type CallOptions, jsonRun } from "./run-request.ts";

/**
 * Sends calls by the gateway's call channel once a reply of `/run` has said that there is one, and by `/run` until then,
 * again after the channel broke, and for good with a gateway that has none.
 */
export class Calls {
  readonly #dispatcher: Dispatcher;
  readonly #secret: string;
  /** The one for further calls. */
  #channel: CallChannel | undefined;
  /** That one, and those that only wait for their last replies. */
  readonly #open = new Set<CallChannel>();
  #isOpening = false;
  #closed = false;

  constructor(dispatcher: Dispatcher, secret: string) {
    this.#dispatcher = dispatcher;
    this.#secret = secret;
  }

  /** Rejects with undici's errors, an error of code ECONNRESET, the signal's reason or the deadline's error. */
  async exchange(
    name: OperationName,
    params: object,
    options: CallOptions,
    limits: ExchangeLimits,
  ): Promise<BufferedReply> {
    const channel = this.#channel?.takesCalls ? this.#channel : undefined;
    return channel?.exchange(name, params, options, limits) ?? this.#byRun(name, params, options, limits);
  }

  close(): void {
    this.#closed = true;
    for (const channel of this.#open) channel.close();
  }

  async #byRun(
    name: OperationName,
    params: object,
    options: CallOptions,
    limits: ExchangeLimits,
  ): Promise<BufferedReply> {
    // The deadline bounds the whole exchange, so undici's own timers are not needed.
    const request = { ...jsonRun(this.#secret, name, params, options), headersTimeout: 0, bodyTimeout: 0 };
    const reply = await exchangeBuffered(this.#dispatcher, request, limits);
    if (reply.headers[gatewayHeader.calls] === callChannel.protocol) this.#openOnce();
    return reply;
  }

  #openOnce(): void {
    if (this.#channel?.takesCalls || this.#isOpening || this.#closed) return;
    this.#isOpening = true;
    void this.#openChannel();
  }

  async #openChannel(): Promise<void> {
    // What is wrong shows in the calls, which go on by `/run`; the next of them tries again.
    const channel = await CallChannel.open(this.#dispatcher, this.#secret).catch(() => undefined);
    this.#isOpening = false;
    if (channel === undefined) return;
    if (this.#closed) return channel.close();
    this.#channel = channel;
    this.#open.add(channel);
    channel.onClosed(() => this.#open.delete(channel));
  }
}
