import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestSpan } from "@front-door/service-runtime";
import { apiOf } from "../databricks/api-of.ts";
import { onRequests, type RequestMessage } from "../databricks/request-channels.ts";
import type { RequestTrace } from "../http/request-trace.ts";

interface Sent {
  readonly trace: RequestTrace;
  readonly span: RequestSpan;
  status?: number;
  requestId?: string | undefined;
}

/** A span of every request to Databricks that an operation sends, until the end of its reply. */
export class DatabricksSpans {
  readonly #operations = new AsyncLocalStorage<RequestTrace>();
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
    return this.#operations.run(trace, operation);
  }

  #started(request: RequestMessage["request"]): void {
    const trace = this.#operations.getStore();
    const span = trace?.span?.sent();
    if (trace !== undefined && span !== undefined) this.#sent.set(request, { trace, span });
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
    const { trace, span, status, requestId } = sent;
    const api = apiOf(request.path);
    span.end({
      name: `${request.method} ${api}`,
      attributes: {
        "http.request.method": request.method,
        "http.response.status_code": status,
        "databricks.api": api,
        "databricks.request_id": requestId,
        "front_door.workspace": trace.auth?.workspace.config.name,
      },
      isFailure: status === undefined || status >= 400,
    });
  }
}

function requestIdIn(headers: readonly Buffer[]): string | undefined {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]?.toString("latin1").toLowerCase() !== "x-request-id") continue;
    const id = headers[at + 1]?.toString("latin1");
    return id !== undefined && /^[\w-]{1,128}$/.test(id) ? id : undefined;
  }
  return undefined;
}
