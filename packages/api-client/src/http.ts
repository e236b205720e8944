import { baseUrlOf } from "./base-url.ts";
import { type CallOptions, type FrontDoorOptions, valueOf } from "./client-options.ts";
import { errorOfReply, FrontDoorError } from "./front-door-error.ts";
import { withRetries } from "./retry.ts";

export interface ApiRequest {
  readonly method: string;
  /** The path and the query. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream<Uint8Array> | undefined;
  /** `no-store`: no cache of a browser takes part. */
  readonly cache?: "no-store";
  /** Whether sending it twice does no harm. Default: it only reads. */
  readonly repeatable?: boolean;
}

/** A call of which the client itself wants to see the replies. */
export interface ObservedCall extends CallOptions {
  readonly onReply?: (response: Response) => void;
}

const retriesDefault = 2;
/** Errors of Node's `fetch` before anything was sent. */
const notSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** Sends requests as the caller: with its credentials, and again where that is allowed. */
export class Http {
  readonly baseUrl: string;
  readonly options: FrontDoorOptions;

  constructor(options: FrontDoorOptions) {
    this.baseUrl = baseUrlOf(options.baseUrl);
    this.options = options;
  }

  /** The JSON of a reply, or undefined for a reply without a body. */
  async json<Result>(request: ApiRequest, call: ObservedCall = {}): Promise<Result> {
    return this.retrying(call, async () => {
      const response = await this.attempt(request, call);
      call.onReply?.(response);
      if (response.status === 204) return undefined as Result;
      const text = await response.text().catch((error: unknown) => {
        throw this.cut(error, request, response);
      });
      try {
        return JSON.parse(text) as Result;
      } catch (cause) {
        throw invalidReply("The reply is not JSON.", response, cause);
      }
    });
  }

  /** A reply whose body is read by the caller. */
  async stream(request: ApiRequest, call: CallOptions = {}): Promise<Response> {
    return this.retrying(call, async () => this.attempt(request, call));
  }

  async retrying<Result>(call: CallOptions, attempt: () => Promise<Result>): Promise<Result> {
    return withRetries(attempt, call.retries ?? this.options.retries ?? retriesDefault, call.signal);
  }

  /** Sends the request once. Resolves to a successful reply. */
  async attempt(request: ApiRequest, call: CallOptions): Promise<Response> {
    const { method, target, body, cache } = request;
    const { fetch = globalThis.fetch, credentials } = this.options;
    // Here, so that a header that cannot be one is no failure of the connection.
    const headers = new Headers({
      accept: "application/json",
      ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
      ...(await this.headers(call)),
      ...request.headers,
    });
    const response = await fetch(this.baseUrl + target, {
      method,
      headers,
      // A redirect could take the credentials to another origin.
      redirect: "manual",
      ...(body === undefined ? {} : { body }),
      // Node's fetch keeps all of a streamed body in memory for a redirect, unless none is possible.
      ...(typeof body === "object" ? { duplex: "half", redirect: "error", window: null } : {}),
      ...(cache === undefined ? {} : { cache }),
      ...(credentials === undefined ? {} : { credentials }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    }).catch((error: unknown) => {
      call.signal?.throwIfAborted();
      throw connectionFailed(error, isRepeatable(request));
    });
    if (response.ok) return response;
    if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
      throw invalidReply("The reply is a redirect, as of a proxy that wants a sign-in.", response);
    }
    const text = await response.text().catch(() => "");
    call.signal?.throwIfAborted();
    throw errorOfReply({
      status: response.status,
      text,
      header: (name) => response.headers.get(name),
      repeatable: isRepeatable(request),
    });
  }

  /**
   * The headers of every request: credentials, and the request's id if the caller names one. Throws a TypeError for a value
   * that cannot be sent.
   */
  async headers({ requestId }: CallOptions): Promise<Record<string, string>> {
    const { apiKey, token, headers } = this.options;
    const [key, bearer, more] = await Promise.all([valueOf(apiKey), valueOf(token), valueOf(headers)]);
    return {
      ...(key === undefined ? {} : { "x-api-key": headerValue("apiKey", key) }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${headerValue("token", bearer)}` }),
      ...(requestId === undefined ? {} : { "x-request-id": headerValue("requestId", requestId) }),
      ...Object.fromEntries(
        Object.entries(more ?? {}).map(([name, value]) => [name, headerValue(`headers["${name}"]`, value)]),
      ),
    };
  }

  /** The error for a body that broke off. */
  cut(cause: unknown, request: ApiRequest, response: Response): FrontDoorError {
    const repeatable = isRepeatable(request);
    return new FrontDoorError("The reply broke off before its end.", {
      code: "REPLY_CUT",
      status: response.status,
      retryable: repeatable,
      outcome: repeatable ? undefined : "unknown",
      requestId: requestIdOf(response),
      cause,
    });
  }
}

/** The value. Throws without it, because it may be a credential, which the platform's own error prints. */
function headerValue(option: string, value: string): string {
  try {
    new Headers().set("any", value);
  } catch {
    throw new TypeError(`${option} must be one line of visible ASCII`);
  }
  return value;
}

function isRepeatable({ method, repeatable = method === "GET" || method === "HEAD" }: ApiRequest): boolean {
  return repeatable;
}

export function connectionFailed(cause: unknown, repeatable: boolean): FrontDoorError {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = reason instanceof Error && "code" in reason ? String(reason.code) : "";
  const harmless = repeatable || notSent.has(code);
  const why = reason instanceof Error && reason.message !== "" ? `: ${reason.message}` : "";
  return new FrontDoorError(`The front door did not reply${why}`, {
    code: "CONNECTION_FAILED",
    status: 0,
    retryable: harmless,
    outcome: harmless ? undefined : "unknown",
    cause,
  });
}

export function invalidReply(message: string, response: Response, cause?: unknown): FrontDoorError {
  const fields = { code: "INVALID_REPLY", status: response.status, retryable: false } as const;
  return new FrontDoorError(message, { ...fields, requestId: requestIdOf(response), cause });
}

export function requestIdOf(response: Response): string | undefined {
  return response.headers.get("x-request-id") ?? undefined;
}
