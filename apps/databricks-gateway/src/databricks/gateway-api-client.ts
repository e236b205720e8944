import { Readable } from "node:stream";
import { ApiClient } from "@databricks/sdk-experimental/dist/api-client.js";
import type { Config } from "@databricks/sdk-experimental/dist/config/Config.js";
import type { Context } from "@databricks/sdk-experimental/dist/context/index.js";
import { OperationError } from "@front-door/operations";
import type { Redactor } from "@front-door/redaction";
import { toUpstreamError } from "./api-error.ts";
import { signalOf } from "./call-context.ts";
import { type Credential, isCredentialRefused } from "./credential.ts";
import { abandonBody } from "./discard-body.ts";
import { parseExactJson } from "./exact-json.ts";
import { readText } from "./read-text.ts";
import { checkRequestPath } from "./request-path.ts";
import { type IncomingReply, type OutgoingRequest, type Transport, toConnectionError } from "./transport.ts";

type SdkRequest = Parameters<ApiClient["request"]>[0];

export interface FileRequest {
  readonly method: "GET" | "HEAD" | "PUT";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Readable;
  /** Statuses beside 2xx that are an answer and not an error. */
  readonly accept?: readonly number[];
}

const errorBodyBytesMax = 64 * 1024;
const jsonBodyBytesMax = 64 * 1024 * 1024;

/**
 * The SDK's client with the part below `request()` replaced. The services, models and authentication of the SDK are
 * sound and stay; its HTTP layer is not (sdk-traps): it leaves TLS unverified, follows redirects with the token, drops
 * the bodies of PATCH and of uploads, has no time limit, retries for 300 s, normalises paths, loses errors and rounds
 * integers. Every service call goes through this one method, so here is where all of that is cured.
 */
export class GatewayApiClient extends ApiClient {
  readonly #transport: Transport;
  readonly #credential: Credential;
  readonly #redact: Redactor;

  constructor(config: Config, transport: Transport, credential: Credential, redact: Redactor) {
    super(config, { product: "databricks-front-door", productVersion: "0.1.0" });
    this.#transport = transport;
    this.#credential = credential;
    this.#redact = redact;
  }

  /** One call of a service of the SDK. Throws an OperationError and nothing else. */
  override async request(options: SdkRequest, context?: Context): Promise<unknown> {
    const { method, payload, raw, responseHeaders = [] } = options;
    const signal = signalOf(context);
    if (method === "PUT" && payload === undefined && options.path.startsWith("/api/2.0/fs/files/")) {
      // The SDK's `files.upload` never hands its contents down: Databricks would store an empty file (sdk-traps 4).
      throw new OperationError("INTERNAL_ERROR", "An upload without a body was stopped.");
    }
    const reply = await this.#send(
      {
        method,
        path: this.#target(options.path, options.query),
        body: payload === undefined ? undefined : JSON.stringify(payload),
        bytes: raw,
        signal,
      },
      options.headers,
      [],
    );
    const headers = Object.fromEntries(
      responseHeaders.map((name) => [name, reply.headers[name]]).filter(([, value]) => value !== undefined),
    );
    if (raw) return { contents: Readable.toWeb(reply.body), ...headers };
    return { ...(await this.#readJson(reply, method, signal)), ...headers };
  }

  /** A call whose request or reply is a file. The body of the reply is the caller's to read or to destroy. */
  async file(request: FileRequest, signal: AbortSignal): Promise<IncomingReply> {
    const { method, path, query = {}, body, accept = [] } = request;
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers ?? {})) {
      if (value !== undefined) headers.set(name, value);
    }
    return this.#send(
      { method, path: this.#target(path, query), body, bytes: method !== "HEAD", signal },
      headers,
      accept,
    );
  }

  #target(path: string, query: SdkRequest["query"]): string {
    checkRequestPath(path);
    const search = query === undefined ? "" : this.searchParams(query);
    return search === "" ? path : `${path}?${search}`;
  }

  async #send(
    request: Omit<OutgoingRequest, "headers">,
    headers: Headers,
    accept: readonly number[],
  ): Promise<IncomingReply> {
    const { signal } = request;
    headers.set("user-agent", this.userAgent());
    // undici does not decompress; without this a proxy may compress of its own accord.
    headers.set("accept-encoding", "identity");
    const isRepeatable = !(request.body instanceof Readable);
    if (!isRepeatable) await untilAborted(this.#credential.refresh(), signal);
    const isAnswer = ({ status }: IncomingReply) =>
      (status >= 200 && status < 300) || accept.includes(status);
    const reply = await this.#sendOnce(request, headers);
    if (isAnswer(reply)) return reply;
    const error = await this.#toError(reply, signal);
    const isWorthAnother = isRepeatable && (await this.#isRenewed(reply, headers, signal));
    if (!isWorthAnother) throw error;
    const second = await this.#sendOnce(request, headers);
    if (isAnswer(second)) return second;
    throw await this.#toError(second, signal);
  }

  async #sendOnce(request: Omit<OutgoingRequest, "headers">, headers: Headers): Promise<IncomingReply> {
    await untilAborted(this.config.authenticate(headers), request.signal);
    return this.#transport.send({ ...request, headers: Object.fromEntries(headers) });
  }

  /** Whether Databricks refused the credential, in which case nothing was done, and there may be another one now. */
  async #isRenewed({ status, headers: given }: IncomingReply, sent: Headers, signal: AbortSignal) {
    const reason = given["x-databricks-reason-phrase"];
    if (!isCredentialRefused(status, String(reason ?? ""))) return false;
    return untilAborted(this.#credential.renew(sent.get("authorization") ?? ""), signal);
  }

  async #toError(reply: IncomingReply, signal: AbortSignal): Promise<OperationError> {
    if (reply.status < 400) {
      // Never followed: the next host would get the token (sdk-traps 3).
      abandonBody(reply.body);
      const cause = new Error(`Databricks answered ${reply.status}`);
      return new OperationError("UPSTREAM_INVALID_RESPONSE", "Databricks answered with a redirect.", {
        cause,
      });
    }
    // An error whose body breaks off is still the error that its status says, unless the caller is gone.
    const body = await readText(reply.body, errorBodyBytesMax).catch(() => ({ text: "" }));
    if (signal.aborted) return toConnectionError(undefined, signal);
    const retryAfter = reply.headers["retry-after"];
    return toUpstreamError({ status: reply.status, retryAfter, text: body.text }, this.#redact);
  }

  async #readJson(reply: IncomingReply, method: string, signal: AbortSignal): Promise<object> {
    const body = await readText(reply.body, jsonBodyBytesMax).catch((error: unknown) => {
      throw toConnectionError(error, signal);
    });
    if (!body.whole) throw invalidResponse(`its body is larger than ${jsonBodyBytesMax} bytes`);
    if (body.text === "") {
      // A deletion may have nothing to say. A listing that says nothing would be taken for one without entries.
      if (method === "GET") throw invalidResponse("its body is empty");
      return {};
    }
    let value: unknown;
    try {
      value = parseExactJson(body.text);
    } catch {
      throw invalidResponse("its body is not JSON");
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw invalidResponse("its body is not a JSON object");
    }
    return value;
  }
}

function invalidResponse(what: string): OperationError {
  return new OperationError(
    "UPSTREAM_INVALID_RESPONSE",
    "Databricks answered with something other than its API describes.",
    { cause: new Error(what) },
  );
}

/** The promise's outcome, or the signal's reason if that comes first; the work itself is shared and goes on. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw toConnectionError(undefined, signal);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(toConnectionError(undefined, signal));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
