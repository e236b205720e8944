import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { RequestSpan } from "@front-door/service-runtime";
import { apiOf } from "../databricks/api-of.ts";
import type { RequestTrace } from "../http/request-trace.ts";

/** The part of undici's messages that is read here. */
interface Message {
  readonly request: { readonly path: string; readonly method: string };
  readonly response?: { readonly statusCode: number; readonly headers: readonly Buffer[] };
}

interface Sent {
  readonly span: RequestSpan;
  status?: number;
  requestId?: string | undefined;
}

/**
 * A span of every request to Databricks that an operation sends, until the end of its reply. It hears of them by undici's
 * diagnostics channels, so the code that sends them knows nothing of it.
 */
export class DatabricksSpans {
  readonly #operations = new AsyncLocalStorage<RequestSpan>();
  readonly #sent = new WeakMap<object, Sent>();
  readonly #listeners = {
    "undici:request:create": ({ request }: Message) => this.#started(request),
    "undici:request:headers": ({ request, response }: Message) => this.#replied(request, response),
    "undici:request:trailers": ({ request }: Message) => this.#ended(request),
    "undici:request:error": ({ request }: Message) => this.#ended(request),
  };

  constructor() {
    this.#forEachChannel(subscribe);
  }

  /** Runs `operation` so that what it sends to Databricks has spans below that of `trace`. */
  within<T>(trace: RequestTrace, operation: () => T): T {
    return trace.span?.isSampled === true ? this.#operations.run(trace.span, operation) : operation();
  }

  close(): void {
    this.#forEachChannel(unsubscribe);
  }

  #started(request: Message["request"]): void {
    const span = this.#operations.getStore()?.sent();
    if (span !== undefined) this.#sent.set(request, { span });
  }

  #replied(request: object, { statusCode, headers }: NonNullable<Message["response"]> = noReply): void {
    const sent = this.#sent.get(request);
    if (sent === undefined) return;
    sent.status = statusCode;
    sent.requestId = requestIdIn(headers);
  }

  /** Once for each request: it can fail after its end. */
  #ended(request: Message["request"]): void {
    const sent = this.#sent.get(request);
    if (sent === undefined) return;
    this.#sent.delete(request);
    const { span, status, requestId } = sent;
    span.end({
      name: `${request.method} ${apiOf(request.path)}`,
      attributes: {
        "http.request.method": request.method,
        "http.response.status_code": status,
        "databricks.request_id": requestId,
      },
      isFailure: status === undefined || status >= 400,
    });
  }

  #forEachChannel(change: (channel: string, listener: (message: unknown) => void) => unknown): void {
    for (const [channel, listener] of Object.entries(this.#listeners)) {
      // Node's type knows no message's fields.
      change(channel, listener as (message: unknown) => void);
    }
  }
}

const noReply = { statusCode: 0, headers: [] };

const requestIdName = "x-request-id";

/** Names and values take turns. */
function requestIdIn(headers: readonly Buffer[]): string | undefined {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at];
    if (name?.length !== requestIdName.length) continue;
    if (name.toString("latin1").toLowerCase() !== requestIdName) continue;
    const id = headers[at + 1]?.toString("latin1");
    return id !== undefined && /^[\w-]{1,128}$/.test(id) ? id : undefined;
  }
  return undefined;
}
