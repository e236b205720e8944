import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestSpan } from "@front-door/service-runtime";
import { apiOf } from "../databricks/api-of.ts";
import { onRequests, type RequestMessage } from "../databricks/request-channels.ts";
import type { RequestTrace } from "../http/request-trace.ts";

interface Sent {
  readonly span: RequestSpan;
  status?: number;
  requestId?: string | undefined;
}

/** A span of every request to Databricks that an operation sends, until the end of its reply. */
export class DatabricksSpans {
  readonly #operations = new AsyncLocalStorage<RequestSpan>();
  readonly #sent = new WeakMap<object, Sent>();
  /** After it no request has a span. */
  readonly close = onRequests({
    create: ({ request }) => this.#started(request),
    headers: (message) => this.#replied(message),
    trailers: ({ request }) => this.#ended(request),
    error: ({ request }) => this.#ended(request),
  });

  /** Runs `operation` so that what it sends to Databricks has spans below that of `trace`. */
  within<T>(trace: RequestTrace, operation: () => T): T {
    return trace.span?.isSampled === true ? this.#operations.run(trace.span, operation) : operation();
  }

  #started(request: RequestMessage["request"]): void {
    const span = this.#operations.getStore()?.sent();
    if (span !== undefined) this.#sent.set(request, { span });
  }

  #replied({ request, response }: RequestMessage): void {
    const sent = this.#sent.get(request);
    if (sent === undefined || response === undefined) return;
    sent.status = response.statusCode;
    sent.requestId = requestIdIn(response.headers);
  }

  /** Only the first time for each request. */
  #ended(request: RequestMessage["request"]): void {
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
}

const requestIdName = "x-request-id";

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
